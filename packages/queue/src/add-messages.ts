import type { MessagePriority } from "@caretaker/contracts";
import type { JobsOptions, Queue } from "bullmq";
import type { Lanes } from "./lanes.ts";
import { highMessages, normalMessages, type Place, placesOfMessages } from "./place-in-line.ts";
import { OutcomeUnknown, refuse } from "./queue-unavailable.ts";
import { requestOption } from "./request-context.ts";

/** A message on its way to one subscription. */
export interface Outgoing {
  readonly id: string;
  /** The name of the subscription's job. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly priority: MessagePriority;
  readonly delayMs: number;
  /** What it must keep its order in, if anything. */
  readonly lane: string | undefined;
  /** The request that it was published with. */
  readonly requestId: string | undefined;
}

/**
 * Adds messages to a queue with two round trips: for their places in line and in their lanes, then for the jobs. Throws
 * `QueueUnavailable` if nothing was stored and `OutcomeUnknown` if some may have been: adding them again under the same ids
 * adds what is missing.
 */
export async function addMessages(queue: Queue, lanes: Lanes, messages: readonly Outgoing[]): Promise<void> {
  let sent = false;
  try {
    const [places] = await Promise.all([placesOf(queue, messages), lanes.join(messages.filter(keepsOrder))]);
    sent = true;
    await queue.addBulk(messages.map((message) => ({ name: message.name, data: message.data, opts: optionsOf(message, places.get(message)) })));
  } catch (cause) {
    if (sent) throw new OutcomeUnknown("Redis did not take all of it, or did not say so: publish it again under the same id", { cause });
    throw refuse(cause, false);
  }
}

/** A message that is to come later takes its place in its lane then. */
const keepsOrder = (message: Outgoing): message is Outgoing & { lane: string } => message.lane !== undefined && message.delayMs === 0;

function optionsOf({ id, delayMs, requestId }: Outgoing, place: Place = {}): JobsOptions {
  return { jobId: id, ...place, ...(delayMs > 0 ? { delay: delayMs } : {}), ...requestOption(requestId) };
}

/** Urgent ones go before all that is in the line, high ones to its beginning, the others behind the last of their subscription. */
async function placesOf(queue: Queue, messages: readonly Outgoing[]): Promise<Map<Outgoing, Place>> {
  const places = new Map<Outgoing, Place>();
  const normal: Outgoing[] = [];
  for (const message of messages) {
    if (message.priority === "high") places.set(message, { priority: highMessages });
    else if (message.priority === "normal" && message.delayMs > 0) places.set(message, { priority: normalMessages });
    else if (message.priority === "normal") normal.push(message);
  }
  await Promise.all(
    [...Map.groupBy(normal, ({ name }) => name)].map(async ([name, group]) => {
      const taken = await placesOfMessages(queue, name, group.length);
      for (const [index, message] of group.entries()) places.set(message, taken[index] ?? {});
    }),
  );
  return places;
}
