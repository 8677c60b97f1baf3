import type { EventEmitter } from "node:events";
import type { Cancellation, QueueName } from "@caretaker/contracts";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type AttemptEnd, type AttemptStart, completionOf, failureOf, startOf } from "./attempt.ts";
import { cancelChildren } from "./cancel-job.ts";
import { forgetToStop, hasEnded, readCancellation } from "./cancellations.ts";
import { completeQuickly } from "./complete-quickly.ts";
import { type DomainLimits, limitDomains, limitsOf } from "./domain-limits.ts";
import { reportToParent } from "./fan-out.ts";
import { type ForgetCompleted, forgetCompleted } from "./forget-completed.ts";
import { isPart } from "./is-part.ts";
import type { JobDefinition } from "./job.ts";
import { watchLostAnswers } from "./lost-answers.ts";
import { PermanentFailure } from "./outcome.ts";
import type { Use } from "./port.ts";
import { createProcessor, maxDeaths } from "./processor.ts";
import { requestOf, requestOption } from "./request-context.ts";
import { createRunningAttempts, type RunningAttempts } from "./running-attempts.ts";
import { SteadyWorker } from "./steady-worker.ts";
import { LockLost } from "./stop-reasons.ts";
import { countThroughput, type Throughput } from "./throughput.ts";

/** A worker that is killed is found out within lock + interval: 8 to 13 s measured, against 58 to 89 s by BullMQ's defaults. */
const recovery = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: maxDeaths - 1 };
/** BullMQ waits 15 s by default before it tries again to reach Redis. */
const outage = { runRetryDelay: 500 };
const keepFailed = { age: 7 * 86_400, count: 5_000 };

export interface JobEnd {
  queue: QueueName;
  name: string;
  id: string;
  ms: number;
  /** The request that it was made for, if it was. */
  requestId?: string;
}

export interface WorkerEvents {
  completed: [JobEnd];
  /** `final` is false when the job will be tried again. */
  failed: [JobEnd & { error: Error; final: boolean }];
  /** A job that was cancelled has ended. */
  cancelled: [JobEnd & { cancellation: Cancellation }];
  stalled: [Pick<JobEnd, "queue" | "id" | "requestId">];
  /** An attempt of a job that is no child, and not of a kind that is `unlogged`. */
  attemptStart: [AttemptStart];
  attempt: [AttemptEnd];
  error: [Error];
}

export interface QueueWorkerOptions {
  /** Shown as the worker of a job in every list. */
  name: string;
  redis: Redis;
  prefix: string;
  queues: Readonly<Record<QueueName, Queue>>;
  jobs: readonly JobDefinition[];
  domainLimits?: DomainLimits;
  /** The services outside that handlers may use; none unless given. */
  use?: Use;
  events: EventEmitter<WorkerEvents>;
}

/** A BullMQ worker, and what it runs in this process. */
export interface QueueWorker {
  readonly worker: SteadyWorker;
  readonly attempts: RunningAttempts;
  readonly lostAnswers: ReturnType<typeof watchLostAnswers>;
  readonly throughput: Throughput;
  readonly completed: ForgetCompleted;
}

/** Opens the worker of one queue, which begins when it is told to run, and tells of all that becomes of its jobs. */
export function openQueueWorker(queue: QueueName, concurrency: number, options: QueueWorkerOptions): QueueWorker {
  const { name, redis: connection, prefix, queues, events } = options;
  const definitions = new Map(options.jobs.filter((job) => job.queue === queue).map((job) => [job.name, job]));
  const attempts = createRunningAttempts();
  const isLogged = (job: Job) => !isPart(job) && !definitions.get(job.name)?.unlogged;
  const isFailureLogged = (job: Job) => !isPart(job) && definitions.get(job.name)?.unlogged !== true;
  // an attempt is described only if somebody listens
  const onStart = (job: Job) => isLogged(job) && events.listenerCount("attemptStart") > 0 && events.emit("attemptStart", startOf(job));
  const process = createProcessor({ definitions, queue: queues[queue], attempts, use: options.use ?? useNone, onStart });
  const limits = limitsOf(options.domainLimits ?? new Map(), queue);
  completeQuickly(connection);
  const worker = new SteadyWorker(queue, limitDomains(process, { redis: connection, queue: queues[queue], limits }), {
    name,
    connection,
    prefix,
    concurrency,
    autorun: false,
    ...recovery,
    ...outage,
    removeOnFail: keepFailed,
  });
  const onError = (error: Error) => void events.emit("error", error);
  const throughput = countThroughput({ redis: connection, queue: queues[queue], onError });
  const completed = forgetCompleted({ redis: connection, queue: queues[queue], onError });
  const report = (job: Job) => isPart(job) && reportToParent(queues[queue], job).catch(onError);
  worker.on("completed", (job) => {
    throughput.count("completed");
    completed.note();
    if (events.listenerCount("completed") > 0) events.emit("completed", endOf(job));
    if (isLogged(job) && events.listenerCount("attempt") > 0) events.emit("attempt", completionOf(job));
    report(job);
  });
  worker.on("failed", (job, error) => {
    if (!job) return;
    if (job.finishedOn !== undefined) throughput.count("failed");
    endFailed(job, error, isFailureLogged(job), options).catch(onError);
    report(job);
  });
  worker.on("stalled", async (id) => {
    const job = await queues[queue].getJob(id).catch(() => undefined);
    events.emit("stalled", { queue, id, ...requestOption(job && requestOf(job)) });
  });
  worker.on("error", onError);
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) attempts.stop(id, new LockLost(`job ${id} is no longer this worker's`));
  });
  return { worker, attempts, lostAnswers: watchLostAnswers({ redis: connection, queue: queues[queue], worker, onError }), throughput, completed };
}

const useNone: Use = ({ name }) => {
  throw new PermanentFailure(`this worker has no ${name}`);
};

/** A failure whose words are those of the job's cancellation is one: what is left to do is done, and its children are cancelled too. */
async function endFailed(job: Job, error: Error, isLogged: boolean, options: QueueWorkerOptions): Promise<void> {
  const { queues, events, redis, prefix } = options;
  const queue = queues[job.queueName as QueueName];
  const cancellation = error.message.startsWith("cancelled by ") ? await readCancellation(queue, String(job.id)) : null;
  const cancelled = hasEnded(cancellation, error.message) ? cancellation : null;
  if (isLogged) events.emit("attempt", failureOf(job, error, cancelled ? "cancelled" : "failed"));
  if (!cancelled) {
    events.emit("failed", { ...endOf(job), error, final: job.finishedOn !== undefined });
    return;
  }
  events.emit("cancelled", { ...endOf(job), cancellation: cancelled });
  await Promise.all([forgetToStop(redis, prefix, job.queueName, String(job.id)), cancelChildren(job, { ...options, ...cancelled })]);
}

const endOf = (job: Job): JobEnd => ({
  queue: job.queueName as QueueName,
  name: job.name,
  id: String(job.id),
  ms: (job.finishedOn ?? Date.now()) - (job.processedOn ?? Date.now()),
  ...requestOption(requestOf(job)),
});
