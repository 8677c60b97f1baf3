import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type AttemptEnd, completionOf, failureOf } from "./attempt.ts";
import { hasEnded, readCancellation } from "./cancellations.ts";
import { isPartOf } from "./is-part.ts";

/** A job that has ended for good. */
export interface EndedJob {
  readonly id: string;
  readonly outcome: "completed" | "failed";
  readonly finishedAt: Date;
}

/** The latest jobs of a queue that ended after an instant and are parts of no other: of each outcome, so many of those that Redis still has. */
export async function endedSince(redis: Redis, queue: Queue, since: Date, atMost: number): Promise<EndedJob[]> {
  const ended = (await Promise.all([endedAs("completed"), endedAs("failed")])).flat();
  const pipeline = redis.pipeline();
  for (const { id } of ended) pipeline.hget(queue.toKey(id), "parentKey");
  const parents = (await pipeline.exec()) ?? [];
  return ended.filter((_job, index) => !isPartOf(queue, (parents[index]?.[1] ?? null) as string | null));

  async function endedAs(outcome: EndedJob["outcome"]): Promise<EndedJob[]> {
    const answer = await redis.zrevrangebyscore(queue.toKey(outcome), "+inf", since.getTime(), "WITHSCORES", "LIMIT", 0, atMost);
    return answer.flatMap((id, index) => (index % 2 === 0 ? [{ id, outcome, finishedAt: new Date(Number(answer[index + 1])) }] : []));
  }
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
