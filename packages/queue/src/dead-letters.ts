import { type Cancellation, CaretakerError, cancellation, isJobId, type JobView } from "@caretaker/contracts";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { cancelledField, hasEnded } from "./cancellations.ts";
import { readJob, viewOf } from "./job-view.ts";
import { laneField } from "./lane-scripts.ts";

/** Only a job that has failed, or was cancelled, can be put back. */
export class JobNotFailed extends CaretakerError {
  override readonly code = "JOB_NOT_FAILED";
}

/** Which dead letters: all conditions that are given must hold. */
export interface DeadLetterFilter {
  readonly name?: string | undefined;
  /** Text that the error contains, whatever its case. */
  readonly error?: string | undefined;
  /** When it failed: from the first instant, before the second. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** At most so many, the latest. */
  readonly limit?: number | undefined;
}

const jobsAtOnce = 200;

/** A failed job, without what would have to be asked for one by one. */
export type DeadLetter = Omit<JobView, "logs">;

/** The jobs of a queue that have used up their attempts, latest first; those that somebody cancelled are none of them. */
export async function* deadLetters(queue: Queue, redis: Redis, filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (let start = 0; ; start += jobsAtOnce) {
    const page = await queue.getJobs(["failed"], start, start + jobsAtOnce - 1);
    const cancelled = await cancellationsOf(queue, redis, page);
    for (const [index, job] of page.entries()) {
      if (hasEnded(cancelled[index], job.failedReason) || !matches(job, filter)) continue;
      if (left === 0) return;
      left -= 1;
      yield { ...viewOf(job), state: "failed", cancelled: null };
    }
    if (page.length < jobsAtOnce || (page.at(-1)?.finishedOn ?? 0) < (filter.from?.getTime() ?? 0)) return;
  }
}

function matches({ name, failedReason = "", finishedOn = 0 }: Job, filter: DeadLetterFilter): boolean {
  if (filter.name !== undefined && filter.name !== name) return false;
  if (filter.error !== undefined && !failedReason.toLowerCase().includes(filter.error.toLowerCase())) return false;
  return finishedOn >= (filter.from?.getTime() ?? 0) && finishedOn < (filter.to?.getTime() ?? Number.POSITIVE_INFINITY);
}

async function cancellationsOf(queue: Queue, redis: Redis, jobs: readonly Job[]): Promise<(Cancellation | null)[]> {
  const pipeline = redis.pipeline();
  for (const { id } of jobs) pipeline.hget(queue.toKey(String(id)), cancelledField);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([, text]) => (text ? cancellation.parse(JSON.parse(String(text))) : null));
}

/**
 * Puts a failed or cancelled job back to wait with all its attempts, its failed children first. Resolves to how it stands then,
 * `undefined` if there is no such job. Throws `JobNotFailed`.
 */
export async function retryJob(queue: Queue, redis: Redis, id: string): Promise<JobView | undefined> {
  const job = isJobId(id) ? await queue.getJob(id) : undefined;
  if (!job) return undefined;
  if (!(await job.isFailed())) throw new JobNotFailed(`job ${id} of queue ${queue.name} has not failed: it is ${await job.getState()}`);
  for (const child of Object.keys(await job.getIgnoredChildrenFailures())) {
    await retryJob(queue, redis, child.slice(queue.toKey("").length)).catch(unlessTaken);
  }
  await redis.hdel(queue.toKey(id), cancelledField, laneField, "defa", "stc");
  await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true }).catch((cause) => {
    throw isNotFailed(cause)
      ? new JobNotFailed(`job ${id} of queue ${queue.name} has not failed any more: somebody has put it back`, { cause })
      : cause;
  });
  return readJob(queue, id);
}

/** Puts the dead letters that match back to wait; resolves to how many those were. */
export async function redrive(queue: Queue, redis: Redis, filter: DeadLetterFilter = {}): Promise<number> {
  const ids: string[] = []; // all first: what is put back leaves the pages that are read
  for await (const { id } of deadLetters(queue, redis, filter)) ids.push(id);
  let done = 0;
  for (const id of ids) {
    const view = await retryJob(queue, redis, id).catch(unlessTaken);
    if (view) done += 1;
  }
  return done;
}

/** BullMQ's codes for a job that is gone, and for one that is in another state. */
const isNotFailed = (error: unknown) => error instanceof Error && "code" in error && (error.code === -1 || error.code === -3);

/** Somebody else has put it back, perhaps with its parent. */
function unlessTaken(error: unknown): undefined {
  if (error instanceof JobNotFailed) return undefined;
  throw error;
}
