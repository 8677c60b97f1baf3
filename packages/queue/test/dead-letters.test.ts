import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type DeadLetterFilter, deadLetters, redrive, retryJob } from "../src/dead-letters.ts";
import { defineJob } from "../src/job.ts";
import { readJob } from "../src/job-view.ts";
import { PermanentFailure } from "../src/outcome.ts";
import { testQueue } from "./test-queue.ts";

const schema = z.strictObject({ n: z.int() });

/** Jobs that fail until they are mended; `failAll` enqueues some and waits until they have failed. */
function fragileJobs(stack: ReturnType<typeof testQueue>) {
  let broken = true;
  const runs = vi.fn();
  const define = (name: string) =>
    defineJob({
      ...{ name, queue: "warmup", schema },
      async handler({ data }) {
        runs(data.n);
        if (broken) throw new PermanentFailure(`number ${data.n} is broken`);
        return data.n;
      },
    });
  const definitions = [define("test.first"), define("test.second")] as const;
  stack.work(definitions);
  return {
    definitions,
    runs,
    mend: () => {
      broken = false;
    },
    async failAll(count: number) {
      for (let n = 0; n < count; n += 1) await stack.producer.enqueue(definitions[n % 2] as (typeof definitions)[0], { n });
      await vi.waitUntil(async () => (await stack.queues.warmup.getFailedCount()) === count);
    },
  };
}

const numbers = async (stack: ReturnType<typeof testQueue>, filter?: DeadLetterFilter) => {
  const found: unknown[] = [];
  for await (const { payload } of deadLetters(stack.queues.warmup, stack.redis, filter)) found.push((payload as { n: number }).n);
  return found;
};

test("dead letters are found by name, text of the error and time, latest first", async () => {
  await using stack = testQueue();
  await fragileJobs(stack).failAll(4);
  const middle = new Date((await readJob(stack.queues.warmup, String((await stack.queues.warmup.getFailed())[1]?.id)))?.finishedAt ?? 0);
  expect(await numbers(stack)).toEqual([3, 2, 1, 0]);
  expect(await numbers(stack, { name: "test.first" })).toEqual([2, 0]);
  expect(await numbers(stack, { error: "NUMBER 3" })).toEqual([3]);
  expect(await numbers(stack, { limit: 1 })).toEqual([3]);
  expect([...(await numbers(stack, { to: middle })), ...(await numbers(stack, { from: middle }))].toSorted()).toEqual([0, 1, 2, 3]);
  expect(await numbers(stack, { from: new Date(Date.now() + 60_000) })).toEqual([]);
});

test("more dead letters than a page holds are all found, and all put back", async () => {
  await using stack = testQueue();
  const jobs = fragileJobs(stack);
  await jobs.failAll(450);
  expect(await numbers(stack)).toHaveLength(450);
  jobs.mend();
  expect(await redrive(stack.queues.warmup, stack.redis, { name: "test.first" })).toBe(225);
  await vi.waitUntil(async () => (await stack.queues.warmup.getCompletedCount()) === 225, { timeout: 10_000 });
  expect(await stack.queues.warmup.getFailedCount()).toBe(225);
});

test("a job that is put back has all its attempts again; one that has not failed can't be", async () => {
  await using stack = testQueue();
  const jobs = fragileJobs(stack);
  await jobs.failAll(1);
  const [{ id } = { id: "" }] = await stack.queues.warmup.getFailed();
  jobs.mend();
  expect(await retryJob(stack.queues.warmup, stack.redis, String(id))).toMatchObject({ error: null });
  await vi.waitUntil(async () => (await readJob(stack.queues.warmup, String(id)))?.state === "completed");
  expect(await readJob(stack.queues.warmup, String(id))).toMatchObject({ attempts: { made: 1, started: 1 } });
  await expect(retryJob(stack.queues.warmup, stack.redis, String(id))).rejects.toMatchObject({ code: "JOB_NOT_FAILED" });
  expect(await retryJob(stack.queues.warmup, stack.redis, "nobody")).toBeUndefined();
});

test("of two who put a job back at once one does it, and the other is told that it has not failed", async () => {
  await using stack = testQueue();
  await fragileJobs(stack).failAll(1);
  const [{ id } = { id: "" }] = await stack.queues.warmup.getFailed();
  const both = await Promise.allSettled([1, 2].map(() => retryJob(stack.queues.warmup, stack.redis, String(id))));
  expect(both).toContainEqual(expect.objectContaining({ status: "fulfilled" }));
  expect(both).toContainEqual(expect.objectContaining({ status: "rejected", reason: expect.objectContaining({ code: "JOB_NOT_FAILED" }) }));
});

test("a cancelled job is no dead letter, but can be put back with its children", async () => {
  await using stack = testQueue();
  const began = Promise.withResolvers<void>();
  let patient = true;
  const child = defineJob({
    ...{ name: "test.child", queue: "warmup", schema },
    async handler({ data, signal }) {
      began.resolve();
      while (patient) {
        signal.throwIfAborted();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return data.n;
    },
  });
  const parent = defineJob({
    ...{ name: "test.parent", queue: "warmup", schema },
    async handler({ fanOut }) {
      const { completed, failed } = await fanOut<{ n: number }, number>(child, async function* () {
        yield [{ n: 1 }, { n: 2 }];
      });
      return { completed: completed.toSorted(), failed };
    },
  });
  stack.work([parent, child]);
  const { id } = await stack.producer.enqueue(parent, { n: 0 });
  await began.promise;
  await stack.cancel(id);
  await vi.waitUntil(async () => (await stack.queues.warmup.getFailedCount()) === 3);
  expect(await numbers(stack)).toEqual([]);
  patient = false;
  await retryJob(stack.queues.warmup, stack.redis, id);
  await vi.waitUntil(async () => (await readJob(stack.queues.warmup, id))?.state === "completed");
  expect(await readJob(stack.queues.warmup, id)).toMatchObject({ cancelled: null, result: { completed: [1, 2], failed: [] } });
});
