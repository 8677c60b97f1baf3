import type { JobView, QueueName, QueueView } from "@caretaker/contracts";
import type { Call, Transport } from "../transport.ts";

/** Which dead letters: all conditions that are given must hold; instants are ISO 8601. */
export interface DeadLetterFilter {
  name?: string;
  /** Text that the error contains, whatever its case. */
  error?: string;
  from?: string;
  to?: string;
  /** At most so many, the latest. */
  limit?: number;
}

export interface Queues {
  list(call?: Call): Promise<QueueView[]>;
  /** Has workers take no more jobs of a queue; those that run go on. */
  pause(queue: QueueName, call?: Call): Promise<QueueView>;
  resume(queue: QueueName, call?: Call): Promise<QueueView>;
  /** Jobs that have used up their attempts, latest first. */
  deadLetters(queue: QueueName, filter?: DeadLetterFilter, call?: Call): Promise<Omit<JobView, "logs">[]>;
  /** Puts dead letters back to wait; resolves to how many those were. */
  redrive(queue: QueueName, filter?: DeadLetterFilter, call?: Call): Promise<number>;
}

/** Queues as a whole. */
export function createQueues(transport: Transport): Queues {
  const change = (queue: QueueName, verb: string, call: Call = {}) =>
    transport.ask<QueueView>(`/v1/queues/${queue}/${verb}`, { method: "POST", repeatable: true, ...call });
  return {
    list: async (call) => (await transport.ask<{ queues: QueueView[] }>("/v1/queues", call)).queues,
    pause: (queue, call) => change(queue, "pause", call),
    resume: (queue, call) => change(queue, "resume", call),
    deadLetters: async (queue, filter = {}, call = {}) =>
      (await transport.ask<{ jobs: Omit<JobView, "logs">[] }>(`/v1/queues/${queue}/dead-letters`, { query: { ...filter }, ...call })).jobs,
    redrive: async (queue, filter = {}, call = {}) =>
      (await transport.ask<{ redriven: number }>(`/v1/queues/${queue}/redrive`, { method: "POST", body: filter, ...call })).redriven,
  };
}
