import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Cancellation, CaretakerError, isJobId, type JobView, type QueueName } from "@caretaker/contracts";
import { Job, type Queue, UnrecoverableError } from "bullmq";
import type { Redis } from "ioredis";
import { cancelledField, readCancellation, tellToStop } from "./cancellations.ts";
import { readJob } from "./job-view.ts";
import { cancelledText } from "./stop-reasons.ts";

/** The job has ended before it could be cancelled. */
export class JobEnded extends CaretakerError {
  override readonly code = "JOB_ENDED";
}

export interface CancelOptions {
  redis: Redis;
  prefix: string;
  queues: Readonly<Record<QueueName, Queue>>;
  by: string;
  reason?: string;
  /** How long to wait for a running job to stop, ms. */
  waitMs?: number;
}

/** How long a job that was taken out of its queue may take to be written down as failed, before others look after it. */
const takenLockMs = 10_000;
const childrenAtOnce = 50;
const lookEveryMs = 50;

/**
 * Marks a job as cancelled, by whoever was first, with a deferred failure that BullMQ's workers heed when they take it up. One that waits is
 * taken as a worker would take it, so that BullMQ itself can end it; the next run of a scheduler stays, since it makes the
 * run after it, and fails when it is taken up.
 */
const script = `
local job, id, token = KEYS[1], ARGV[1], ARGV[2]
if redis.call("EXISTS", job) == 0 then return "missing" end
if redis.call("ZSCORE", KEYS[7], id) or redis.call("ZSCORE", KEYS[8], id) then return "ended" end
if redis.call("HSETNX", job, ARGV[4], ARGV[5]) == 1 then redis.call("HSET", job, "defa", ARGV[6]) end
if redis.call("LPOS", KEYS[3], id) then return "active" end
if redis.call("ZSCORE", KEYS[6], id) and ARGV[7] == "0" then return "waiting-children" end
if redis.call("HEXISTS", job, "rjk") == 1 then return "scheduled" end
if redis.call("LREM", KEYS[2], 1, id) + redis.call("ZREM", KEYS[4], id) + redis.call("ZREM", KEYS[5], id) + redis.call("ZREM", KEYS[6], id) == 0 then
  return "ended"
end
redis.call("LPUSH", KEYS[3], id)
redis.call("SET", job .. ":lock", token, "PX", ARGV[3])
return "taken"`;

type Step = "missing" | "ended" | "active" | "waiting-children" | "scheduled" | "taken";

/**
 * Cancels a job in any process: one that waits, is delayed or prioritized is ended at once, a running one is told to stop,
 * and the children of one that waits for them are cancelled first. Resolves to the job as it stands then, still `active`
 * if its handler did not stop in time; `undefined` if there is no such job. Throws `JobEnded`.
 */
export async function cancelJob(queueName: QueueName, id: string, options: CancelOptions): Promise<JobView | undefined> {
  if (!isJobId(id)) return undefined;
  const queue = options.queues[queueName];
  const made: Cancellation = { by: options.by, reason: options.reason ?? "", at: new Date().toISOString() };
  const deadline = Date.now() + (options.waitMs ?? 3_000);
  let told = false;
  for (;;) {
    const step = await takeStep(queue, id, made, options);
    if (step === "missing") return undefined;
    if (step === "ended") return endedView(queue, id);
    if (step === "scheduled") return readJob(queue, id);
    if (step === "waiting-children") await endParent(queue, id, made, options);
    if (step !== "active") continue;
    if (!told) await tellToStop(options.redis, options.prefix, queueName, id, JSON.stringify((await readCancellation(queue, id)) ?? made));
    told = true;
    if (Date.now() >= deadline) return readJob(queue, id);
    await pause(lookEveryMs);
  }
}

async function endedView(queue: Queue, id: string): Promise<JobView | undefined> {
  const view = await readJob(queue, id);
  if (!view || view.state === "cancelled") return view;
  throw new JobEnded(`job ${id} of queue ${queue.name} has ended before it could be cancelled: it is ${view.state}`);
}

/** One look at the job, and what can be done with it where it stands; one that waits for children is only taken with `evenParent`. */
async function takeStep(queue: Queue, id: string, made: Cancellation, { redis }: CancelOptions, evenParent = false): Promise<Step> {
  const token = randomUUID();
  const keys = [id, "wait", "active", "prioritized", "delayed", "waiting-children", "completed", "failed"].map((name) => queue.toKey(name));
  const facts = [id, token, takenLockMs, cancelledField, JSON.stringify(made), cancelledText(made), evenParent ? "1" : "0"];
  const step = (await redis.eval(script, keys.length, ...keys, ...facts)) as Step;
  const job = step === "taken" && (await Job.fromId(queue, id));
  if (job) await job.moveToFailed(new UnrecoverableError(job.deferredFailure), token);
  return step;
}

/** Children first: if this process dies in between, the parent is taken up after them and fails as cancelled. */
async function endParent(queue: Queue, id: string, made: Cancellation, options: CancelOptions): Promise<void> {
  const job = await Job.fromId(queue, id);
  if (job) await cancelChildren(job, options);
  await takeStep(queue, id, made, options, true);
}

/** Cancels those of a job's children that have not ended, without waiting for running ones. */
export async function cancelChildren(parent: Job, options: CancelOptions): Promise<void> {
  for (let cursor: number | undefined = 0; cursor !== undefined; ) {
    const { unprocessed = [], nextUnprocessedCursor } = await parent.getDependencies({ unprocessed: { cursor, count: childrenAtOnce } });
    await Promise.all(unprocessed.map((key) => cancelChild(key, options)));
    cursor = nextUnprocessedCursor || undefined;
  }
}

async function cancelChild(key: string, options: CancelOptions): Promise<void> {
  const [queue, id] = key.slice(options.prefix.length + 1).split(/:(.*)/s) as [QueueName, string];
  await cancelJob(queue, id, { ...options, waitMs: 0 }).catch((error) => {
    if (!(error instanceof JobEnded)) throw error;
  });
}
