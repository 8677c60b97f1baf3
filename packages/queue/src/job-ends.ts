import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** `open`: waits or runs; `ended`: completed or failed for good; `gone`: Redis knows no such job, or no longer. */
export type JobEndState = "open" | "ended" | "gone";

/** Whether jobs of a queue have ended, in one round trip, whatever the length of the queue. */
export async function jobEndStates(redis: Redis, queue: Queue, ids: readonly string[]): Promise<JobEndState[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(queue.toKey(id), "timestamp", "finishedOn");
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, fields]) => {
    if (error) throw error;
    const [timestamp, finishedOn] = fields as [string | null, string | null];
    return timestamp === null ? "gone" : finishedOn === null ? "open" : "ended";
  });
}
