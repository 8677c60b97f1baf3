import { EventEmitter } from "node:events";
import { type QueueName, toMs } from "@caretaker/contracts";
import { type Job, type Queue, UnrecoverableError, WaitingChildrenError, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { type AttemptEnd, type AttemptStart, completionOf, failureOf, startOf } from "./attempt.ts";
import { createFanOut, plannedField, reportToParent } from "./fan-out.ts";
import type { JobContext, JobDefinition } from "./job.ts";
import { latestProgress } from "./latest-progress.ts";
import { PermanentFailure } from "./outcome.ts";
import { PayloadInvalid } from "./producer.ts";

/** A worker that is killed is found out within lock + interval: 8 to 13 s measured, against 58 to 89 s by BullMQ's defaults. */
const recovery = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 2 };
const keep = { removeOnComplete: { age: 86_400, count: 2_000 }, removeOnFail: { age: 7 * 86_400, count: 5_000 } };
const shutdown = "shutdown";

export interface JobEnd {
  queue: QueueName;
  name: string;
  id: string;
  ms: number;
}

interface WorkerEvents {
  completed: [JobEnd];
  /** `final` is false when the job will be tried again. */
  failed: [JobEnd & { error: Error; final: boolean }];
  stalled: [{ queue: QueueName; id: string }];
  attemptStart: [AttemptStart];
  attempt: [AttemptEnd];
  error: [Error];
}

export interface WorkerHostOptions {
  /** Shown as the worker of a job in every list. */
  name: string;
  redis: Redis;
  prefix: string;
  queues: Readonly<Record<QueueName, Queue>>;
  concurrency: ReadonlyMap<QueueName, number>;
  jobs: readonly JobDefinition[];
}

export interface WorkerHost {
  readonly events: EventEmitter<WorkerEvents>;
  /** Begins to take jobs. */
  start(): void;
  /** Takes no more, lets running jobs end within `graceMs`, then puts them back to wait with no attempt burnt. */
  close(graceMs: number): Promise<void>;
}

/** Runs the handlers of `jobs` for the queues named in `concurrency`, that many jobs of a queue at once. */
export function createWorkerHost(options: WorkerHostOptions): WorkerHost {
  const events = new EventEmitter<WorkerEvents>();
  const workers = [...options.concurrency].map(([queue, concurrency]) => openWorker(queue, concurrency, options, events));
  return {
    events,
    start() {
      for (const worker of workers) worker.run().catch((error) => events.emit("error", error));
    },
    async close(graceMs) {
      const closing = Promise.all(workers.map((worker) => worker.close()));
      const interrupt = setTimeout(() => {
        for (const worker of workers) worker.cancelAllJobs(shutdown);
      }, graceMs);
      await closing;
      clearTimeout(interrupt);
    },
  };
}

function openWorker(queue: QueueName, concurrency: number, options: WorkerHostOptions, events: EventEmitter<WorkerEvents>): Worker {
  const definitions = new Map(options.jobs.filter((job) => job.queue === queue).map((job) => [job.name, job]));
  const { name, redis: connection, prefix, queues } = options;
  const worker = new Worker(queue, createProcessor(definitions, queues[queue]), {
    name,
    connection,
    prefix,
    concurrency,
    autorun: false,
    ...recovery,
    ...keep,
    metrics: { maxDataPoints: 60 * 24 * 7 },
  });
  const report = (job: Job) => reportToParent(queues[queue], job).catch((error) => events.emit("error", error));
  worker.on("active", (job) => events.emit("attemptStart", startOf(job)));
  worker.on("completed", (job) => {
    events.emit("completed", endOf(job));
    events.emit("attempt", completionOf(job));
    report(job);
  });
  worker.on("failed", (job, error) => {
    if (!job) return;
    events.emit("failed", { ...endOf(job), error, final: job.finishedOn !== undefined });
    events.emit("attempt", failureOf(job, error));
    report(job);
  });
  worker.on("stalled", (id) => events.emit("stalled", { queue, id }));
  worker.on("error", (error) => events.emit("error", error));
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id, "lock lost");
  });
  return worker;
}

const endOf = (job: Job): JobEnd => ({
  queue: job.queueName as QueueName,
  name: job.name,
  id: String(job.id),
  ms: (job.finishedOn ?? Date.now()) - (job.processedOn ?? Date.now()),
});

function createProcessor(definitions: ReadonlyMap<string, JobDefinition>, queue: Queue) {
  // BullMQ passes the signal only to a function that declares three parameters, none with a default
  return async (job: Job, token: string | undefined, stop: AbortSignal | undefined): Promise<unknown> => {
    const definition = definitions.get(job.name);
    if (!definition)
      throw new UnrecoverableError(`unknown job ${job.name}; queue ${job.queueName} knows ${[...definitions.keys()].join(", ") || "none"}`);
    if (job.deduplicationId) await job.removeDeduplicationKey();
    applyRetryPolicy(job, definition);
    const signal = AbortSignal.any([AbortSignal.timeout(toMs(definition.timeout)), ...(stop ? [stop] : [])]);
    const progress = latestProgress((value) => job.updateProgress(value));
    try {
      return await definition.handler(contextOf(job, definition, signal, progress.report, createFanOut(queue, job, String(token))));
    } catch (error) {
      throw await outcomeOf(error, job, String(token), stop);
    } finally {
      await progress.settled();
    }
  };
}

/** The definition's policy, whatever options the producer gave: a bare client's job is retried as well as ours. */
function applyRetryPolicy(job: Job, { retry }: JobDefinition): void {
  job.opts.attempts = retry.attempts;
  job.opts.backoff = { type: "exponential", delay: toMs(retry.backoff), jitter: 0.5 };
}

function contextOf(
  job: Job,
  { name, schema }: JobDefinition,
  signal: AbortSignal,
  progress: JobContext<unknown>["progress"],
  fanOut: JobContext<unknown>["fanOut"],
): JobContext<unknown> {
  const { [plannedField]: _, ...payload } = job.data ?? {};
  const parsed = schema.safeParse(isRecord(job.data) ? payload : job.data);
  if (!parsed.success) throw new PayloadInvalid(name, parsed.error);
  const enqueuedAt = new Date(job.repeatJobKey && job.opts.prevMillis ? job.opts.prevMillis : job.timestamp);
  return { id: String(job.id), data: parsed.data, enqueuedAt, signal, progress, fanOut };
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What BullMQ is to do about a failure: wait again after a shutdown, fail at once, or (any other error) retry. */
async function outcomeOf(error: unknown, job: Job, token: string, stop: AbortSignal | undefined): Promise<unknown> {
  if (error instanceof WaitingChildrenError) return error;
  if (error instanceof PermanentFailure || error instanceof PayloadInvalid) return new UnrecoverableError(error.message);
  if (!stop?.aborted || stop.reason !== shutdown) return error;
  await job.moveToWait(token);
  return new WaitingError();
}
