import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineJob } from "../src/job.ts";
import { testQueue } from "./test-queue.ts";

const dayMs = 86_400_000;
const job = defineJob({ name: "test.end", queue: "warmup", schema: z.strictObject({ n: z.int() }), async handler() {} });

async function withCompleted(jobs: number) {
  const stack = testQueue();
  const queue = stack.bareClient();
  await queue.addBulk(Array.from({ length: jobs }, (_, n) => ({ name: job.name, data: { n } })));
  stack.work([job], { concurrency: 50 });
  await vi.waitFor(async () => expect(await queue.getJobCountByTypes("waiting", "active", "prioritized")).toBe(0), 20_000);
  const ids = () => stack.redis.zrange(queue.toKey("completed"), 0, -1);
  const hashes = async () => (await stack.redis.keys(`${queue.toKey("")}[0-9]*`)).filter((key) => !key.endsWith(":lock")).length;
  return { stack, queue, ids, hashes };
}

test("of many completed jobs the latest are kept, and nothing is left of the others", async () => {
  const { stack, ids, hashes } = await withCompleted(3_100);
  await using _stack = stack;
  const last = (await ids()).at(-1);
  await vi.waitFor(async () => expect([(await ids()).length, await hashes()]).toEqual([2_000, 2_000]), 10_000);
  expect((await ids()).at(-1)).toBe(last);
});

test("a completed job is kept for a day", async () => {
  const { stack, queue, ids, hashes } = await withCompleted(3);
  await using _stack = stack;
  const [first] = await ids();
  await stack.redis.zadd(queue.toKey("completed"), Date.now() - dayMs - 1, String(first));
  await queue.add(job.name, { n: 3 });
  await vi.waitFor(async () => expect([(await ids()).length, await hashes()]).toEqual([3, 3]), 10_000);
  expect(await queue.getJob(String(first))).toBeUndefined();
});
