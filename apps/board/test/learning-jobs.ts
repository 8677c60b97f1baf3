import { createQueueRedis, createQueues } from "@caretaker/engine";
import { type Job, Worker } from "bullmq";

const warmupResult = { targets: 3, written: 3, skipped: 0, failed: 0 };

export interface LearningJobs extends AsyncDisposable {
  /** The id of a warm-up that has completed. */
  readonly completedId: string;
  /** The id of a job that has failed, with a text wherever one can be put. */
  readonly hostileId: string;
}

/** A queue with a warm-up that a real worker has completed, a job whose texts are all `hostile`, and one that is scheduled for every five minutes. */
export async function runLearningJobs(redisUrl: string, prefix: string, hostile: string): Promise<LearningJobs> {
  const redis = createQueueRedis(redisUrl, "worker", () => {});
  const { warmup } = createQueues(redis, prefix);
  const process = async (job: Job) => {
    if (job.name !== hostile) return warmupResult;
    await job.updateProgress({ current: 1, total: 2, status: hostile });
    await job.log(hostile);
    throw new Error(hostile);
  };
  const worker = new Worker(warmup.name, process, { connection: redis, prefix, name: "worker-1" });
  const completed = new Promise<string>((resolve) => worker.on("completed", ({ id }) => resolve(String(id))));
  await warmup.add("learning.warmup", { userIds: ["1", "2", "3"] });
  const completedId = await completed;
  const failed = new Promise<string>((resolve) => worker.on("failed", (job) => resolve(String(job?.id))));
  await warmup.add(hostile, { [hostile]: hostile });
  const hostileId = await failed;
  const name = "learning.precompute-active";
  await warmup.upsertJobScheduler(name, { every: 300_000, startDate: Date.now() + 300_000 }, { name, data: { daysActive: 7 } });
  return {
    completedId,
    hostileId,
    async [Symbol.asyncDispose]() {
      await worker.close();
      redis.disconnect();
    },
  };
}
