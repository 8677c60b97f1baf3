import type { JobEvent, JobView, Progress, QueueName } from "@caretaker/contracts";
import { jobEvents } from "./job-events.ts";
import type { Call, Transport } from "./transport.ts";

/** A job that has ended: with its result, or with why it has none. It is `unknown` how one ended that was taken away. */
export type EndedJob<Result = unknown> = Omit<JobView, "state" | "result"> &
  ({ state: "completed"; result: Result } | { state: "failed" | "cancelled" | "unknown"; result: null });

/** A job in its queue. */
export interface Job<Result = unknown> {
  readonly id: string;
  readonly queue: QueueName;
  /** Everything that is known of it. */
  get(call?: Call): Promise<JobView>;
  /** Resolves when it has completed, failed for good or been cancelled; its `state` says which. */
  wait(call?: Call): Promise<EndedJob<Result>>;
  /** How far it has come, again and again until its end. */
  progress(call?: Call): AsyncGenerator<Progress, void, undefined>;
  /** All that happens to it, its end included. */
  events(call?: Call): AsyncGenerator<JobEvent, void, undefined>;
  /** Cancels it, wherever it waits or runs; it is still `active` if it has not stopped within a second. */
  cancel(call?: Call & { reason?: string }): Promise<JobView>;
  /** Puts it back to wait after it has failed or been cancelled. */
  retry(call?: Call): Promise<JobView>;
}

/** The job with an id, of which nothing is asked yet. */
export function createJob<Result>(transport: Transport, queue: QueueName, id: string): Job<Result> {
  const path = `/v1/jobs/${queue}/${encodeURIComponent(id)}`;
  const events: Job["events"] = ({ signal } = {}) => jobEvents(transport, `${path}/events`, signal);
  return {
    id,
    queue,
    events,
    get: (call) => transport.ask(path, { ...call }),
    async wait(call) {
      for await (const { event, data } of events(call)) if (event === "end") return data as EndedJob<Result>;
      throw new Error(`the events of job ${id} stopped before its end`);
    },
    async *progress(call) {
      for await (const { event, data } of events(call)) if (event === "progress") yield data;
    },
    cancel: ({ reason, signal } = {}) => transport.ask(path, { method: "DELETE", query: { reason }, signal }),
    retry: (call) => transport.ask(`${path}/retry`, { method: "POST", ...call }),
  };
}
