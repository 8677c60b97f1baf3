import type { AcceptedJob, BatchItem, BatchOutcome, BatchResult, PayloadOf, QueueName, ResultOf } from "@caretaker/contracts";
import { createJob, type Job } from "../job.ts";
import type { Call, Transport } from "../transport.ts";

export interface EnqueueCall extends Call {
  /** What is sent again under the same key within a day is done once; a random one if left out, so that retries are safe. */
  idempotencyKey?: string;
}

/** A job that was put into its queue. */
export type EnqueuedJob<Result = unknown> = Job<Result> & AcceptedJob;

type Enqueue<Queue extends QueueName> = (payload: PayloadOf<Queue>, call?: EnqueueCall) => Promise<EnqueuedJob<ResultOf<Queue>>>;

export interface Jobs extends Readonly<{ [Queue in QueueName]: Enqueue<Queue> }> {
  /** Puts up to 1,000 jobs into their queues at once; a bad one does not stop the others. */
  batch(jobs: readonly BatchItem[], call?: EnqueueCall): Promise<BatchOutcome[]>;
  /** A job that somebody else has put into its queue. */
  of<Queue extends QueueName>(queue: Queue, id: string): Job<ResultOf<Queue>>;
}

/** Putting jobs into queues, and finding them again. */
export function createJobs(transport: Transport): Jobs {
  const post = <Answer>(path: string, body: unknown, { idempotencyKey = crypto.randomUUID(), signal }: EnqueueCall = {}) =>
    transport.ask<Answer>(path, { method: "POST", headers: { "Idempotency-Key": idempotencyKey }, body, signal, repeatable: true });
  const into =
    <Queue extends QueueName>(queue: Queue): Enqueue<Queue> =>
    async (payload, call) => {
      const accepted = await post<AcceptedJob>(`/v1/jobs/${queue}`, payload, call);
      return { ...accepted, ...createJob(transport, queue, accepted.id) };
    };
  return {
    warmup: into("warmup"),
    cleanup: into("cleanup"),
    archive: into("archive"),
    analytics: into("analytics"),
    messages: into("messages"),
    batch: async (jobs, call) => (await post<BatchResult>("/v1/jobs/batch", { jobs }, call)).outcomes,
    of: (queue, id) => createJob(transport, queue, id),
  };
}
