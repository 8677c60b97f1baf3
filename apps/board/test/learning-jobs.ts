import { createQueueRedis, createQueues } from "@caretaker/engine";
import { Worker } from "bullmq";

const warmupResult = { targets: 3, written: 3, skipped: 0, failed: 0 };

export interface LearningJobs extends AsyncDisposable {
  /** The id of a warm-up that has completed. */
  readonly completedId: string;
}

/** A queue with a warm-up that a real worker has completed, and one that is scheduled for every five minutes. */
export async function runLearningJobs(redisUrl: string, prefix: string): Promise<LearningJobs> {
  const redis = createQueueRedis(redisUrl, "worker", () => {});
  const { warmup } = createQueues(redis, prefix);
  const worker = new Worker(warmup.name, async () => warmupResult, { connection: redis, prefix, name: "worker-1" });
  const completed = new Promise<string>((resolve) => worker.on("completed", ({ id }) => resolve(String(id))));
  await warmup.add("learning.warmup", { userIds: ["1", "2", "3"] });
  const completedId = await completed;
  const name = "learning.precompute-active";
  await warmup.upsertJobScheduler(name, { every: 300_000, startDate: Date.now() + 300_000 }, { name, data: { daysActive: 7 } });
  return {
    completedId,
    async [Symbol.asyncDispose]() {
      await worker.close();
      redis.disconnect();
    },
  };
}
