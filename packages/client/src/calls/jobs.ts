import type { AcceptedJob, BatchItem, BatchOutcome, BatchResult, JobOptions, PayloadOf, QueueName, ResultOf } from "@caretaker/contracts";
import { createJob, type Job } from "../job.ts";
import { type OnceCall, postOnce } from "../post-once.ts";
import type { Transport } from "../transport.ts";

/** How to send a job, and what to say of it besides its payload. */
export type EnqueueCall = OnceCall & JobOptions;

/** A job that was put into its queue. */
export type EnqueuedJob<Result = unknown> = Job<Result> & AcceptedJob;

type Enqueue<Queue extends QueueName> = (payload: PayloadOf<Queue>, call?: EnqueueCall) => Promise<EnqueuedJob<ResultOf<Queue>>>;

export interface Jobs extends Readonly<{ [Queue in QueueName]: Enqueue<Queue> }> {
  /** Puts up to 1,000 jobs into their queues at once; a bad one does not stop the others. */
  batch(jobs: readonly BatchItem[], call?: OnceCall): Promise<BatchOutcome[]>;
  /** A job that somebody else has put into its queue. */
  of<Queue extends QueueName>(queue: Queue, id: string): Job<ResultOf<Queue>>;
}

/** Putting jobs into queues, and finding them again. */
export function createJobs(transport: Transport): Jobs {
  const into =
    <Queue extends QueueName>(queue: Queue): Enqueue<Queue> =>
    async (payload, { signal, idempotencyKey, ...opts } = {}) => {
      const body = Object.keys(opts).length > 0 ? { ...payload, opts } : payload;
      const accepted = await postOnce<AcceptedJob>(transport, `/v1/jobs/${queue}`, body, { signal, ...(idempotencyKey ? { idempotencyKey } : {}) });
      return { ...accepted, ...createJob(transport, queue, accepted.id) };
    };
  return {
    warmup: into("warmup"),
    cleanup: into("cleanup"),
    archive: into("archive"),
    analytics: into("analytics"),
    messages: into("messages"),
    batch: async (jobs, call) => (await postOnce<BatchResult>(transport, "/v1/jobs/batch", { jobs }, call)).outcomes,
    of: (queue, id) => createJob(transport, queue, id),
  };
}
