import { createHash, randomUUID } from "node:crypto";
import { type AcceptedJob, CaretakerError, type PayloadFault, payloadFaults, type QueueName } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import type { z } from "zod";
import type { JobDefinition } from "./job.ts";
import { type Place, type Priority, placeInLine } from "./place-in-line.ts";

/** A payload that its job's schema refuses; `faults` says where and why. */
export class PayloadInvalid extends CaretakerError {
  override readonly code = "PAYLOAD_INVALID";
  readonly faults: PayloadFault[];

  constructor(job: string, error: z.ZodError) {
    const faults = payloadFaults(error);
    super(`payload of ${job} refused: ${faults.map(({ path, message }) => `${path || "(payload)"}: ${message}`).join("; ")}`, { cause: error });
    this.faults = faults;
  }
}

/** Redis took the command but gave no answer in time: the job may have been stored or not. */
export class OutcomeUnknown extends CaretakerError {
  override readonly code = "OUTCOME_UNKNOWN";
}

/** Redis could not be reached: nothing was stored. */
export class QueueUnavailable extends CaretakerError {
  override readonly code = "QUEUE_UNAVAILABLE";
}

export interface EnqueueOptions {
  /** `high` goes before all that waits, `low` after it; default `normal`. */
  readonly priority?: Priority | undefined;
}

export interface Producer {
  /** Checks a payload and puts its job into its queue; while an equal one waits, that one is given back instead. */
  enqueue<Schema extends z.ZodType>(job: JobDefinition<Schema>, payload: z.input<Schema>, options?: EnqueueOptions): Promise<AcceptedJob>;
}

/** Puts jobs into `queues`. Throws `PayloadInvalid`, `QueueUnavailable` or `OutcomeUnknown`. */
export function createProducer(queues: Readonly<Record<QueueName, Queue>>): Producer {
  return {
    async enqueue(job, payload, { priority = "normal" } = {}) {
      const parsed = job.schema.safeParse(payload);
      if (!parsed.success) throw new PayloadInvalid(job.name, parsed.error);
      const ownId = randomUUID();
      const queue = queues[job.queue];
      const place = await placeInLine(queue, job.name, { priority }).catch(refuse);
      const opts = { jobId: ownId, deduplication: { id: deduplicationId(job.name, parsed.data) }, ...place };
      const added = await queue.add(job.name, payload, opts).catch(refuse);
      const id = String(added.id);
      const deduplicated = id !== ownId;
      return { id, queue: job.queue, name: job.name, state: deduplicated ? await stateOf(queue, id) : stateAt(place), deduplicated };
    },
  };
}

const stateAt = ({ priority }: Place) => (priority ? "prioritized" : "waiting");

const stateOf = async (queue: Queue, id: string) => (await queue.getJobState(id).catch(refuse)) as AcceptedJob["state"];

function refuse(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/command timed out|connection is closed|socket|ECONNRESET|EPIPE/i.test(message)) {
    throw new OutcomeUnknown("Redis did not answer in time: the job may or may not have been stored", { cause });
  }
  throw new QueueUnavailable("the queues' Redis can't be reached: nothing was stored, try again", { cause });
}

/** Equal chores have equal ids: the job's name and its payload in a fixed order of fields, without `asOf`. */
function deduplicationId(name: string, payload: unknown): string {
  const { asOf: _, ...chore } = payload as Record<string, unknown>;
  return `${name}-${createHash("sha256").update(JSON.stringify(chore, inOrder)).digest("base64url")}`;
}

const inOrder = (_key: string, value: unknown) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
