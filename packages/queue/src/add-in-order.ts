import type { QueueName } from "@caretaker/contracts";
import { FlowProducer } from "bullmq";
import type { Redis } from "ioredis";

/** A job to be added, with the id that it will have. */
export interface PlannedJob {
  readonly queue: QueueName;
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
}

/** Adds chains of jobs, of whatever queues, each of which is taken up when the one before it has ended, well or not. */
export type AddInOrder = (chains: readonly (readonly PlannedJob[])[]) => Promise<unknown>;

/** Chains over a connection; a job whose id is in its queue already is left alone. */
export function createAddInOrder(connection: Redis, prefix: string): AddInOrder {
  const flows = new FlowProducer({ connection, prefix, skipWaitingForReady: true, skipVersionCheck: true });
  flows.on("error", () => {}); // the connection reports its own outages, once each
  return (chains) => flows.addBulk(chains.map(flowOf));
}

/** The last job is the parent of the one before it, and so on. */
function flowOf(chain: readonly PlannedJob[]): Parameters<FlowProducer["add"]>[0] {
  const { queue: queueName, name, id: jobId, data } = chain.at(-1) as PlannedJob;
  const before = chain.slice(0, -1);
  const job = { queueName, name, data, opts: { jobId, ignoreDependencyOnFailure: true } };
  return before.length > 0 ? { ...job, children: [flowOf(before)] } : job;
}
