import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineJob } from "../src/job.ts";
import { PermanentFailure } from "../src/outcome.ts";
import { countThroughput } from "../src/throughput.ts";
import { testQueue } from "./test-queue.ts";

const job = defineJob({
  name: "test.end",
  queue: "warmup",
  schema: z.strictObject({ well: z.boolean(), n: z.int() }),
  retry: { attempts: 3, backoff: "1ms" },
  async handler({ data, isLastAttempt }) {
    if (!data.well) throw isLastAttempt ? new PermanentFailure("no") : new Error("not yet");
  },
});

const fail = (error: Error) => {
  throw error;
};
const countOf = async ({ queues }: ReturnType<typeof testQueue>, outcome: "completed" | "failed") =>
  (await queues.warmup.getMetrics(outcome)).meta.count;

test("jobs that end are counted where BullMQ keeps its metrics, those that are tried again only once", async () => {
  await using stack = testQueue();
  stack.work([job], { concurrency: 5 });
  for (const n of [1, 2, 3, 4, 5]) await stack.producer.enqueue(job, { well: n <= 3, n });
  await vi.waitFor(async () => expect([await countOf(stack, "completed"), await countOf(stack, "failed")]).toEqual([3, 2]), 20_000);
});

test("a worker that ends writes what it has counted", async () => {
  await using stack = testQueue();
  const host = stack.work([job]);
  const ended = Promise.withResolvers<void>();
  host.events.on("completed", () => ended.resolve());
  await stack.producer.enqueue(job, { well: true, n: 1 });
  await ended.promise;
  await host.close(10_000);
  expect(await countOf(stack, "completed")).toBe(1);
});

test("the counts of each minute stand by themselves, the latest first, also of those without a job", async () => {
  await using stack = testQueue();
  const clock = { now: 1_000 * 60_000 };
  await stack.redis.ping(); // counts are kept back while Redis is away
  const throughput = countThroughput({ redis: stack.redis, queue: stack.queues.warmup, onError: fail, clock: () => clock.now });
  for (const [minutes, many] of [
    [0, 2],
    [0, 1],
    [1, 4],
    [4, 5],
  ] as const) {
    clock.now = (1_000 + minutes) * 60_000;
    for (let n = 0; n < many; n += 1) throughput.count("completed");
    await throughput.write();
  }
  expect(await stack.queues.warmup.getMetrics("completed")).toMatchObject({ data: [0, 0, 4, 3], meta: { count: 12 } });
  throughput.close();
});
