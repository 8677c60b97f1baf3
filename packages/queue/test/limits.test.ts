import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineJob } from "../src/job.ts";
import { syncLimits } from "../src/queue-limits.ts";
import { testQueue } from "./test-queue.ts";

const schema = z.strictObject({ n: z.int() });

/** Jobs of two domains that note the order in which they ran, and how many ran at once. */
function notedJobs() {
  const order: string[] = [];
  let [running, most] = [0, 0];
  const define = (name: string) =>
    defineJob({
      ...{ name, queue: "warmup", schema },
      async handler({ data }) {
        running += 1;
        most = Math.max(most, running);
        order.push(`${name[0]}${data.n}`);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
    });
  return { a: define("a.run"), b: define("b.run"), order, most: () => most };
}

const drained = (stack: ReturnType<typeof testQueue>, count: number) =>
  vi.waitUntil(async () => (await stack.queues.warmup.getCompletedCount()) === count, { timeout: 20_000 });

test("a flood of one domain does not starve another: they take turns", async () => {
  await using stack = testQueue();
  const { a, b, order } = notedJobs();
  for (let n = 0; n < 200; n += 1) await stack.producer.enqueue(a, { n });
  for (let n = 0; n < 20; n += 1) await stack.producer.enqueue(b, { n });
  stack.work([a, b]);
  await drained(stack, 220);
  expect(order.indexOf("b0")).toBeLessThan(60);
  expect(order.indexOf("b19")).toBeLessThan(100);
  expect(order.filter((job) => job.startsWith("a"))).toEqual(Array.from({ length: 200 }, (_, n) => `a${n}`));
});

test("the line begins again when it has become empty, and a short queue has none", async () => {
  await using stack = testQueue();
  const { a, b, order } = notedJobs();
  for (let n = 0; n < 100; n += 1) await stack.producer.enqueue(a, { n });
  const host = stack.work([a, b]);
  await drained(stack, 100);
  await host.close(0);
  expect((await stack.producer.enqueue(a, { n: 0 })).state).toBe("waiting");
  expect((await stack.producer.enqueue(b, { n: 0 })).state).toBe("waiting");
  expect(order).toHaveLength(100);
});

test("a job of high priority goes before what waits, one of low priority after it", async () => {
  await using stack = testQueue();
  const { a, order } = notedJobs();
  await stack.producer.enqueue(a, { n: 1 }, { priority: "low" });
  for (let n = 2; n < 80; n += 1) await stack.producer.enqueue(a, { n });
  await stack.producer.enqueue(a, { n: 80 }, { priority: "high" });
  stack.work([a]);
  await drained(stack, 80);
  expect(order[0]).toBe("a80");
  expect(order.at(-1)).toBe("a1");
});

test("a queue's concurrency holds across workers", async () => {
  await using stack = testQueue();
  const { a, most } = notedJobs();
  expect(await syncLimits(stack.queues.warmup, { concurrency: 2 })).toBe(true);
  expect(await syncLimits(stack.queues.warmup, { concurrency: 2 })).toBe(false);
  for (let n = 0; n < 40; n += 1) await stack.producer.enqueue(a, { n });
  stack.work([a], { name: "first", concurrency: 5 });
  stack.work([a], { name: "second", concurrency: 5 });
  await drained(stack, 40);
  expect(most()).toBe(2);
  expect(await syncLimits(stack.queues.warmup, { concurrency: null })).toBe(true);
  expect(await stack.queues.warmup.getGlobalConcurrency()).toBeNull();
});

test("a domain's limit holds across workers, delays only its own jobs, and burns no attempt", async () => {
  await using stack = testQueue();
  const order: string[] = [];
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const goOn = Promise.withResolvers<void>();
  const define = (name: string, until: Promise<void>) =>
    defineJob({
      ...{ name, queue: "warmup", schema, retry: { attempts: 1, backoff: "1s" } },
      async handler({ data }) {
        running.set(name, (running.get(name) ?? 0) + 1);
        most.set(name, Math.max(most.get(name) ?? 0, running.get(name) ?? 0));
        await until;
        order.push(`${name}${data.n}`);
        running.set(name, (running.get(name) ?? 0) - 1);
      },
    });
  const [limited, other] = [define("a.run", goOn.promise), define("b.run", Promise.resolve())];
  for (let n = 0; n < 8; n += 1) await stack.producer.enqueue(limited, { n });
  for (let n = 0; n < 4; n += 1) await stack.producer.enqueue(other, { n });
  const options = { concurrency: 3, domainLimits: new Map([["a/warmup", 2]]) };
  stack.work([limited, other], { name: "first", ...options });
  stack.work([limited, other], { name: "second", ...options });
  await vi.waitUntil(async () => order.length === 4 && (await stack.queues.warmup.getDelayedCount()) === 6);
  expect(order.every((job) => job.startsWith("b"))).toBe(true);
  goOn.resolve();
  await drained(stack, 12);
  expect(most.get("a.run")).toBe(2);
});

test("a place whose holder was lost is free again once the lock is gone", async () => {
  await using stack = testQueue();
  const { a } = notedJobs();
  await stack.redis.sadd(stack.queues.warmup.toKey("places-a"), "lost");
  await stack.producer.enqueue(a, { n: 1 });
  stack.work([a], { domainLimits: new Map([["a/warmup", 1]]) });
  await drained(stack, 1);
  expect(await stack.redis.exists(stack.queues.warmup.toKey("places-a"))).toBe(0);
});

test("no more jobs of a queue begin within a time than its rate allows", async () => {
  await using stack = testQueue();
  const { a, order } = notedJobs();
  await syncLimits(stack.queues.warmup, { rate: { max: 3, everyMs: 3_600_000 } });
  for (let n = 0; n < 10; n += 1) await stack.producer.enqueue(a, { n });
  stack.work([a], { concurrency: 2 });
  await vi.waitUntil(async () => (await stack.queues.warmup.getRateLimitTtl(3)) > 0);
  await drained(stack, 3);
  expect(order).toHaveLength(3);
  expect(await stack.queues.warmup.getWaitingCount()).toBe(7);
});
