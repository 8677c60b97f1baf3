import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type Cancellation, type QueueName, queueName } from "@caretaker/contracts";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type AttemptEnd, type AttemptStart, completionOf, failureOf, startOf } from "./attempt.ts";
import { cancelChildren } from "./cancel-job.ts";
import { forgetToStop, readCancellation, watchCancellations } from "./cancellations.ts";
import { reportToParent } from "./fan-out.ts";
import type { JobDefinition } from "./job.ts";
import { createProcessor, maxDeaths } from "./processor.ts";
import { createRunningAttempts, type RunningAttempts } from "./running-attempts.ts";
import { SteadyWorker } from "./steady-worker.ts";
import { cancelledText, JobCancelled, LockLost, ShuttingDown } from "./stop-reasons.ts";

/** A worker that is killed is found out within lock + interval: 8 to 13 s measured, against 58 to 89 s by BullMQ's defaults. */
const recovery = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: maxDeaths - 1 };
/** BullMQ waits 15 s by default before it tries again to reach Redis. */
const outage = { runRetryDelay: 500 };
const keepFailed = { age: 7 * 86_400, count: 5_000 };
const lookForOverdueMs = 100;
/** What is left of the grace after jobs were interrupted, for them to go back to waiting. */
const lastWordsMs = 2_000;

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
  /** A job that was cancelled has ended. */
  cancelled: [JobEnd & { cancellation: Cancellation }];
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
  /**
   * Takes no more, lets running jobs end, and in the last two seconds of `graceMs` puts those that still run back to wait with
   * no attempt burnt. It is over by then in any case, also when Redis does not answer.
   */
  close(graceMs: number): Promise<void>;
}

/** A BullMQ worker, and what it runs in this process. */
interface QueueWorker {
  readonly worker: SteadyWorker;
  readonly attempts: RunningAttempts;
}

/** Runs the handlers of `jobs` for the queues named in `concurrency`, that many jobs of a queue at once. */
export function createWorkerHost(options: WorkerHostOptions): WorkerHost {
  const events = new EventEmitter<WorkerEvents>();
  const opened = new Map([...options.concurrency].map(([queue, concurrency]) => [queue, openWorker(queue, concurrency, options, events)]));
  const all = [...opened.values()];
  const watch = watchCancellations({
    redis: options.redis,
    prefix: options.prefix,
    isBusy: () => all.some(({ attempts }) => attempts.size > 0),
    onCancel: (queue, id, cancellation) => opened.get(queueName.parse(queue))?.attempts.stop(id, new JobCancelled(cancellation)),
  });
  const clock = setInterval(() => {
    for (const { attempts } of all) attempts.stopOverdue();
  }, lookForOverdueMs).unref();
  return {
    events,
    start() {
      for (const { worker } of all) worker.run().catch((error) => events.emit("error", error));
    },
    async close(graceMs) {
      const closing = Promise.all(all.map(({ worker }) => worker.close()));
      await within(Math.max(0, graceMs - lastWordsMs), Promise.race([closing, Promise.all(all.map(({ attempts }) => attempts.whenIdle()))]));
      for (const { attempts } of all) attempts.stopAll(new ShuttingDown("this worker ends"));
      await within(lastWordsMs, closing);
      clearInterval(clock);
      watch.close();
    },
  };
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}

function openWorker(queue: QueueName, concurrency: number, options: WorkerHostOptions, events: EventEmitter<WorkerEvents>): QueueWorker {
  const definitions = new Map(options.jobs.filter((job) => job.queue === queue).map((job) => [job.name, job]));
  const { name, redis: connection, prefix, queues } = options;
  const attempts = createRunningAttempts();
  const worker = new SteadyWorker(queue, createProcessor(definitions, queues[queue], attempts), {
    name,
    connection,
    prefix,
    concurrency,
    autorun: false,
    ...recovery,
    ...outage,
    removeOnFail: keepFailed,
    metrics: { maxDataPoints: 60 * 24 * 7 },
  });
  const report = (job: Job) => job.parent && reportToParent(queues[queue], job).catch((error) => events.emit("error", error));
  worker.on("active", (job) => events.emit("attemptStart", startOf(job)));
  worker.on("completed", (job) => {
    events.emit("completed", endOf(job));
    events.emit("attempt", completionOf(job));
    report(job);
  });
  worker.on("failed", (job, error) => {
    if (job) tellFailure(job, error, options, events).catch((failure) => events.emit("error", failure));
    if (job) report(job);
  });
  worker.on("stalled", (id) => events.emit("stalled", { queue, id }));
  worker.on("error", (error) => events.emit("error", error));
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) attempts.stop(id, new LockLost(`job ${id} is no longer this worker's`));
  });
  return { worker, attempts };
}

/** A failure whose words are those of the job's cancellation is one: what is left to do is done, and its children are cancelled too. */
async function tellFailure(job: Job, error: Error, options: WorkerHostOptions, events: EventEmitter<WorkerEvents>): Promise<void> {
  const queue = options.queues[job.queueName as QueueName];
  const cancellation = error.message.startsWith("cancelled by ") ? await readCancellation(queue, String(job.id)) : null;
  if (!cancellation || error.message !== cancelledText(cancellation)) {
    events.emit("failed", { ...endOf(job), error, final: job.finishedOn !== undefined });
    events.emit("attempt", failureOf(job, error, "failed"));
    return;
  }
  events.emit("cancelled", { ...endOf(job), cancellation });
  events.emit("attempt", failureOf(job, error, "cancelled"));
  await Promise.all([
    forgetToStop(options.redis, options.prefix, job.queueName, String(job.id)),
    cancelChildren(job, { ...options, ...cancellation }),
  ]);
}

const endOf = (job: Job): JobEnd => ({
  queue: job.queueName as QueueName,
  name: job.name,
  id: String(job.id),
  ms: (job.finishedOn ?? Date.now()) - (job.processedOn ?? Date.now()),
});
