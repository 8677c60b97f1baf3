import type { QueueName } from "@caretaker/contracts";
import type { Job } from "bullmq";
import { payloadOf } from "./stored-payload.ts";

/** An attempt of a job that a worker has begun, or taken up again after its children or after another worker's shutdown. */
export interface AttemptStart {
  readonly queue: QueueName;
  readonly jobId: string;
  readonly name: string;
  readonly payload: unknown;
  /** Counts from 1, over failed and stalled attempts alike. */
  readonly attempt: number;
  /** How many of the attempts before it lost their worker. */
  readonly stalls: number;
  readonly startedAt: Date;
  readonly worker: string | null;
}

/** An attempt that has ended; a `final` one is the job's last. */
export interface AttemptEnd extends AttemptStart {
  readonly finishedAt: Date;
  readonly outcome: "completed" | "failed" | "cancelled" | "stalled";
  readonly final: boolean;
  readonly error: string | null;
  readonly result: unknown;
}

/** The attempt that a worker has just taken from Redis. */
export const startOf = (job: Job): AttemptStart => describe(job, job.attemptsMade + job.stalledCounter + 1);

/** The attempt that has just completed; BullMQ has counted it. */
export const completionOf = (job: Job): AttemptEnd => ({
  ...describe(job, job.attemptsMade + job.stalledCounter),
  finishedAt: new Date(job.finishedOn ?? Date.now()),
  outcome: "completed",
  final: true,
  error: null,
  result: job.returnvalue ?? null,
});

/** The attempt that has just failed, for good or to be tried again, or was cancelled; BullMQ has counted it. */
export const failureOf = (job: Job, error: Error, outcome: "failed" | "cancelled"): AttemptEnd => ({
  ...describe(job, job.attemptsMade + job.stalledCounter),
  finishedAt: new Date(job.finishedOn ?? Date.now()),
  outcome,
  final: job.finishedOn !== undefined,
  error: error.message,
  result: null,
});

function describe(job: Job, attempt: number): AttemptStart {
  return {
    queue: job.queueName as QueueName,
    jobId: String(job.id),
    name: job.name,
    payload: payloadOf(job.data),
    attempt,
    stalls: job.stalledCounter,
    startedAt: new Date(job.processedOn ?? job.timestamp),
    worker: job.processedBy ?? null,
  };
}
