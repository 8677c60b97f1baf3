import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type AttemptEnd, completionOf, failureOf } from "./attempt.ts";
import { hasEnded, readCancellation } from "./cancellations.ts";
import { isPartOf } from "./is-part.ts";

/** A job that has ended for good. */
export interface EndedJob {
  readonly id: string;
  readonly name: string;
  readonly outcome: "completed" | "failed";
  readonly finishedAt: Date;
}

const jobsAtOnce = 1_000;

/** Jobs of a queue that ended after an instant, are parts of no other and that Redis still has; in pages, the latest of each outcome first. */
export async function* endedSince(redis: Redis, queue: Queue, since: Date): AsyncGenerator<EndedJob[]> {
  for (const outcome of ["completed", "failed"] as const) {
    // what ends meanwhile moves the others back, so that one may come twice and none is passed over
    for (let from = 0, found = jobsAtOnce; found === jobsAtOnce; from += found) {
      const answer = await redis.zrevrangebyscore(queue.toKey(outcome), "+inf", since.getTime(), "WITHSCORES", "LIMIT", from, jobsAtOnce);
      found = answer.length / 2;
      const ended = answer.flatMap((id, index) => (index % 2 === 0 ? [{ id, outcome, finishedAt: new Date(Number(answer[index + 1])) }] : []));
      yield await namedJobs(redis, queue, ended);
    }
  }
}

/** With their names; without those that are parts of others. */
async function namedJobs(redis: Redis, queue: Queue, ended: readonly Omit<EndedJob, "name">[]): Promise<EndedJob[]> {
  const pipeline = redis.pipeline();
  for (const { id } of ended) pipeline.hmget(queue.toKey(id), "name", "parentKey");
  const facts = (await pipeline.exec()) ?? [];
  return ended.flatMap((job, index) => {
    const [name, parent] = (facts[index]?.[1] ?? []) as (string | null)[];
    return name && !isPartOf(queue, parent ?? null) ? { ...job, name } : [];
  });
}

/** The last attempts of jobs that have ended, as Redis knows them. */
export async function lastAttempts(queue: Queue, ended: readonly EndedJob[]): Promise<AttemptEnd[]> {
  const attempts = await Promise.all(
    ended.map(async ({ id, outcome }) => {
      const job = await queue.getJob(id);
      if (!job?.finishedOn) return undefined;
      if (outcome === "completed") return completionOf(job);
      const cancellation = await readCancellation(queue, id);
      return failureOf(job, new Error(job.failedReason), hasEnded(cancellation, job.failedReason) ? "cancelled" : "failed");
    }),
  );
  return attempts.filter((attempt) => attempt !== undefined);
}
