import { expect, test } from "vitest";
import { syncSchedulers } from "../src/schedulers.ts";
import { testQueue } from "./test-queue.ts";

const tick = { id: "test.tick", repeat: { every: 60_000 }, job: { name: "test.warmup", data: { domain: "test" } } };

test("declared schedulers are made, changed and removed; what is right is left alone", async () => {
  await using stack = testQueue();
  expect(await syncSchedulers(stack.queues.warmup, [tick])).toEqual(["test.tick"]);
  expect(await syncSchedulers(stack.queues.warmup, [tick])).toEqual([]);
  const slower = { ...tick, repeat: { every: 120_000 } };
  expect(await syncSchedulers(stack.queues.warmup, [slower])).toEqual(["test.tick"]);
  expect(await syncSchedulers(stack.queues.warmup, [])).toEqual(["test.tick"]);
  expect(await stack.queues.warmup.getJobSchedulers()).toEqual([]);
});

test("many replicas that start at once make one run", async () => {
  await using stack = testQueue();
  await Promise.all(Array.from({ length: 8 }, () => syncSchedulers(stack.queues.warmup, [tick])));
  const counts = await stack.queues.warmup.getJobCounts("waiting", "delayed");
  expect((counts.waiting ?? 0) + (counts.delayed ?? 0)).toBe(1);
});

test("a run that is waiting survives another look", async () => {
  await using stack = testQueue();
  await syncSchedulers(stack.queues.warmup, [tick]);
  const [before] = await stack.queues.warmup.getJobs(["waiting", "delayed"]);
  await syncSchedulers(stack.queues.warmup, [tick]);
  const [after] = await stack.queues.warmup.getJobs(["waiting", "delayed"]);
  expect(after?.id).toBe(before?.id);
});

test("a scheduler whose next run is gone from every list is put right", async () => {
  await using stack = testQueue();
  const { queues, redis } = stack;
  await syncSchedulers(queues.warmup, [tick]);
  const [run] = await queues.warmup.getJobs(["waiting", "delayed"]);
  const past = Date.now() - 60_000;
  await redis.zrem(queues.warmup.toKey("delayed"), String(run?.id));
  await redis.lrem(queues.warmup.toKey("wait"), 0, String(run?.id));
  await redis.rename(queues.warmup.toKey(String(run?.id)), queues.warmup.toKey(`repeat:${tick.id}:${past}`));
  await redis.zadd(queues.warmup.toKey("repeat"), past, tick.id);
  expect(await syncSchedulers(queues.warmup, [tick])).toEqual([tick.id]);
  expect(await queues.warmup.getJobs(["waiting", "delayed"])).toHaveLength(1);
  expect(await queues.warmup.getJob(`repeat:${tick.id}:${past}`)).toBeUndefined();
});

test("intervals begin at the start that is given", async () => {
  await using stack = testQueue();
  const startDate = Math.ceil(Date.now() / 60_000) * 60_000 + 60_000;
  await syncSchedulers(stack.queues.warmup, [{ ...tick, repeat: { every: 60_000, startDate } }]);
  const [scheduler] = await stack.queues.warmup.getJobSchedulers();
  expect(scheduler?.next).toBe(startDate);
});
