import { randomUUID } from "node:crypto";
import type { AcceptedJob, QueueName } from "@caretaker/contracts";
import { deduplicationId } from "./deduplication-id.ts";
import type { JobDefinition } from "./job.ts";
import { PayloadInvalid } from "./payload-invalid.ts";
import { currentRequest } from "./request-context.ts";

export type Priority = "high" | "normal" | "low";

export interface EnqueueOptions {
  /** `high` goes before all that waits, `low` after it; default `normal`. */
  readonly priority?: Priority | undefined;
  /** How long the job waits before it can be taken, ms. */
  readonly delayMs?: number | undefined;
  /** The job's id; a job of the queue that has it already is given back. Made up unless given. */
  readonly jobId?: string | undefined;
  /** Aborted once nobody waits for the answer any more: what has not been sent by then is not sent. */
  readonly signal?: Pick<AbortSignal, "aborted"> | undefined;
}

/** A job to be put into its queue. */
export interface Order {
  readonly job: JobDefinition;
  readonly payload: unknown;
  readonly options?: EnqueueOptions | undefined;
}

/** An order whose payload has been checked. */
export interface Addition {
  readonly queue: QueueName;
  readonly name: string;
  readonly data: unknown;
  readonly id: string;
  /** Whether the id is the caller's own choice, so that there may be a job that has it. */
  readonly chosen: boolean;
  /** Equal jobs have equal ones; none for a kind of which every job counts. */
  readonly deduplication: string | undefined;
  readonly priority: Priority;
  readonly delayMs: number;
  /** The request that it is made for. */
  readonly requestId: string | undefined;
  readonly signal: Pick<AbortSignal, "aborted"> | undefined;
}

/** Checks an order. Throws `PayloadInvalid`. */
export function additionOf({ job, payload, options = {} }: Order): Addition {
  const parsed = job.schema.safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid(job.name, parsed.error);
  const { jobId, priority = "normal", delayMs = 0, signal } = options;
  return {
    queue: job.queue,
    name: job.name,
    data: payload,
    id: jobId ?? randomUUID(),
    chosen: jobId !== undefined,
    deduplication: job.deduplicate === false ? undefined : deduplicationId(job.name, parsed.data),
    priority,
    delayMs,
    requestId: currentRequest(),
    signal,
  };
}

/** The answer to an addition that is now the job `id`; `deduplicated` if that was there before. */
export const acceptedAs = ({ queue, name }: Addition, id: string, state: AcceptedJob["state"], deduplicated: boolean): AcceptedJob => ({
  ...{ id, queue, name, state, deduplicated },
});
