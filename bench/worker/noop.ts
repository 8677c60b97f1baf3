import { createEngine, type Domain, defineDomain } from "@caretaker/engine";
import { createWorkerHost, defineJob, type JobDefinition } from "@caretaker/queue";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";
import { secondsOf } from "../measure.ts";
import { type Bench, openQueues, type RunQueues } from "./bench-queue.ts";

interface Workload {
  /** Called when a job begins. */
  readonly onJob: (data: never) => void;
  readonly concurrency: number;
}

type StartWorker = (bench: Bench, queues: RunQueues, workload: Workload) => { close(): Promise<unknown> };

const noop = (onJob: Workload["onJob"]) =>
  defineJob({ name: "bench.noop", queue: "warmup", schema: z.unknown(), handler: async ({ data }) => onJob(data as never) }) as JobDefinition;

/** Our worker host, with a handler that does nothing else. */
export const ourWorker: StartWorker = ({ redis }, { prefix, queues }, { onJob, concurrency }) => {
  const host = createWorkerHost({
    name: "bench",
    redis,
    prefix,
    queues,
    concurrency: new Map([["warmup", concurrency]]),
    jobs: [noop(onJob)],
  });
  host.start();
  return { close: () => host.close(10_000) };
};

/** The same as the engine has it: each attempt is a row in PostgreSQL. */
export const loggedWorker: StartWorker = ({ stack }, { prefix }, { onJob, concurrency }) => {
  const engine = createEngine({
    domains: [defineDomain({ ...domain, jobs: [noop(onJob)] })],
    database: { url: stack.databaseUrl },
    queueRedisUrl: stack.redisUrl,
    cacheRedisUrl: stack.redisUrl,
    queuePrefix: prefix,
    cachePrefix: "caretaker",
    role: "worker",
  });
  const host = engine.work({ name: "bench", concurrency: new Map([["warmup", concurrency]]) });
  host.start();
  return {
    async close() {
      await host.close(10_000);
      await engine[Symbol.asyncDispose]();
    },
  };
};

const domain = {
  name: "bench",
  description: "A job that does nothing",
  entries: [],
  warmup: { parts: [] },
  schedules: [],
  retry: { attempts: 1, backoff: "1s" },
} satisfies Domain;

/** BullMQ's worker as it comes, over a connection that has none of our scripts. */
export const bareWorker: StartWorker = ({ stack }, { prefix }, { onJob, concurrency }) => {
  const connection = new Redis(stack.redisUrl, { maxRetriesPerRequest: null });
  const worker = new Worker("warmup", async ({ data }) => onJob(data as never), { connection, prefix, concurrency });
  worker.on("error", () => {});
  return {
    async close() {
      await worker.close();
      connection.disconnect();
    },
  };
};

/** Jobs that a worker does in a second, all of them waiting when it starts. */
export async function jobsPerSecond(bench: Bench, start: StartWorker, { concurrency, jobs }: { concurrency: number; jobs: number }): Promise<number> {
  await using run = openQueues(bench);
  const all = Array.from({ length: jobs }, (_, n) => ({ name: "bench.noop", data: { n } }));
  for (let from = 0; from < jobs; from += 500) await run.queue.addBulk(all.slice(from, from + 500));
  const done = Promise.withResolvers<void>();
  let left = jobs;
  const onJob = () => {
    left -= 1;
    if (left === 0) done.resolve();
  };
  let worker: ReturnType<StartWorker> | undefined;
  const seconds = await secondsOf(async () => {
    worker = start(bench, run, { onJob, concurrency });
    await done.promise;
  });
  await worker?.close();
  return jobs / seconds;
}
