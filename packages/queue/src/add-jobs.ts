import type { AcceptedJob } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import { addKeys, addScript } from "./add-script.ts";
import type { Addition } from "./addition.ts";
import { requestOption } from "./request-context.ts";

type State = AcceptedJob["state"];
/** The state of a job that was added, or the id and the state of one that stood for it already. */
export type Added = State | [id: string, state: State];

const command = "caretakerAddJobs";

/** Adds jobs to a queue, all of them or none, with one command. */
export async function addJobs(queue: Queue, additions: readonly Addition[]): Promise<Added[]> {
  const client = await queue.backend.client;
  if (!(command in client)) client.defineCommand(command, { lua: addScript, numberOfKeys: addKeys.length });
  const facts: string[] = [...keysOf(queue), queue.toKey(""), String(Date.now())];
  for (const addition of additions) pushFacts(facts, addition);
  return client.runCommand(command, facts);
}

const keysOf = (queue: Queue) => addKeys.map((name) => queue.toKey(name));

function pushFacts(facts: string[], { name, id, chosen, data = {}, requestId, deduplication = "", priority, delayMs }: Addition): void {
  const options = { ...requestOption(requestId), ...(priority === "high" ? { lifo: true } : {}), ...(delayMs > 0 ? { delay: delayMs } : {}) };
  const delay = String(Math.max(0, delayMs));
  facts.push(name, id, chosen ? "1" : "", JSON.stringify(data), JSON.stringify(options), deduplication, priority, delay);
}
