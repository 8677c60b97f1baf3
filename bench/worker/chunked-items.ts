import { createJobFeed, createWorkerHost, defineJob, followJob, type JobDefinition } from "@caretaker/queue";
import { z } from "zod";
import { secondsOf } from "../measure.ts";
import { type Bench, openQueues, type RunQueues } from "./bench-queue.ts";
import { bareWorker, jobsPerSecond } from "./noop.ts";

const items = 200_000;
const chunkSize = 1_000;
const itemsAlone = 10_000;
const itemsWeighed = 50_000;

const idsFrom = (from: number, count: number) => Array.from({ length: count }, (_, n) => 1_000_000 + from + n);

/** Items that our workers do in a second when a job hands them out in chunks of a thousand. */
export async function itemsPerSecondInChunks(bench: Bench): Promise<number> {
  await using run = openQueues(bench);
  let done = 0;
  const chunk = defineJob({
    name: "bench.chunk",
    queue: "warmup",
    schema: z.strictObject({ ids: z.array(z.int()) }),
    async handler({ data }) {
      for (const _ of data.ids) done += 1;
      return data.ids.length;
    },
  });
  const host = startHost(bench, run, [planner(chunk), chunk]);
  const seconds = await secondsOf(async () => {
    const { id } = await run.queue.add("bench.plan", {});
    await using feed = createJobFeed({ redis: bench.redis, prefix: run.prefix });
    await followJob(run.queue, String(id), { feed, signal: AbortSignal.timeout(60_000) });
  });
  await host.close(10_000);
  if (done !== items) throw new Error(`${done} of ${items} items were done`);
  return items / seconds;
}

const planner = (chunk: JobDefinition) =>
  defineJob({
    name: "bench.plan",
    queue: "warmup",
    schema: z.unknown(),
    handler: async ({ fanOut }) => void (await fanOut(chunk, chunks)),
  });

async function* chunks() {
  for (let from = 0; from < items; from += 20 * chunkSize) {
    yield Array.from({ length: 20 }, (_, n) => ({ ids: idsFrom(from + n * chunkSize, chunkSize) }));
  }
}

function startHost({ redis }: Bench, { prefix, queues }: RunQueues, jobs: JobDefinition[]) {
  const host = createWorkerHost({ name: "bench", redis, prefix, queues, concurrency: new Map([["warmup", 10]]), jobs });
  host.start();
  return host;
}

/** The same with a job for each item and a bare BullMQ worker, the adding counted as well. */
export async function itemsPerSecondAlone(bench: Bench): Promise<number> {
  const seconds = await secondsOf(() => jobsPerSecond(bench, bareWorker, { concurrency: 50, jobs: itemsAlone }));
  return itemsAlone / seconds;
}

/** Bytes that Redis needs for each item while its job waits. */
export async function redisBytesPerItem(bench: Bench, itemsPerJob: number): Promise<number> {
  await using run = openQueues(bench);
  await run.queue.add("bench.chunk", { ids: [] }); // what a queue itself needs
  const before = await usedBytes(bench);
  const jobs = Array.from({ length: itemsWeighed / itemsPerJob }, (_, n) => ({
    name: "bench.chunk",
    data: { ids: idsFrom(n * itemsPerJob, itemsPerJob) },
  }));
  for (let from = 0; from < jobs.length; from += 500) await run.queue.addBulk(jobs.slice(from, from + 500));
  return ((await usedBytes(bench)) - before) / itemsWeighed;
}

const usedBytes = async ({ redis }: Bench) => Number(/used_memory_dataset:(\d+)/.exec(await redis.info("memory"))?.[1]);
