import { randomUUID } from "node:crypto";
import { type QueueName, queueName } from "@caretaker/contracts";
import { testRedisUrl } from "@caretaker/stack/testing";
import { Queue } from "bullmq";
import { cancelJob } from "../src/cancel-job.ts";
import type { JobDefinition } from "../src/job.ts";
import { createJobFeed } from "../src/job-feed.ts";
import { createProducer } from "../src/producer.ts";
import { createQueueRedis } from "../src/queue-redis.ts";
import { createQueues } from "../src/queues.ts";
import { createWorkerHost, type WorkerHost } from "../src/worker-host.ts";

/** Queues of a test's own on the real Redis, with workers that stop with them. */
export function testQueue() {
  const prefix = `{test-${randomUUID()}}`;
  const redis = createQueueRedis(testRedisUrl(), "worker", () => {});
  const queues = createQueues(redis, prefix);
  const feed = createJobFeed({ redis, prefix });
  const hosts: WorkerHost[] = [];
  return {
    prefix,
    redis,
    queues,
    feed,
    producer: createProducer(queues),
    /** Starts a worker for all queues. */
    work(jobs: readonly JobDefinition[], { name = "worker", concurrency = 1, domainLimits = new Map<string, number>() } = {}): WorkerHost {
      const all = new Map<QueueName, number>(queueName.options.map((queue) => [queue, concurrency]));
      const host = createWorkerHost({ name, redis, prefix, queues, concurrency: all, jobs, domainLimits });
      host.start();
      hosts.push(host);
      return host;
    },
    cancel: (id: string, reason = "too slow", waitMs = 5_000) => cancelJob("warmup", id, { redis, prefix, queues, by: "anna", reason, waitMs }),
    /** A queue as any other program would open it. */
    bareClient(): Queue {
      const bare = new Queue("warmup", { connection: redis, prefix });
      bare.on("error", () => {});
      return bare;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(hosts.map((host) => host.close(0)));
      await feed[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}
