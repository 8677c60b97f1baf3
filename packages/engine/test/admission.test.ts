import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmission } from "../src/intake/admission.ts";
import { testEngine } from "./test-engine.ts";

let stack: Awaited<ReturnType<typeof testEngine>>;
beforeAll(async () => {
  stack = await testEngine();
});
afterAll(() => stack?.[Symbol.asyncDispose]());

test("a queue takes jobs up to its cap, and again when some have left it", async () => {
  const { engine } = stack;
  const orders = Array.from({ length: 4 }, (_, index) => ({ queue: "warmup" as const, payload: { domain: "test", activeDays: index + 1 } }));
  await engine.enqueueMany(orders);
  const admission = engine.admitJobs(5);
  await admission.check("warmup", 1);
  await expect(admission.check("warmup", 1)).rejects.toMatchObject({ code: "BACKLOG_FULL" });
  await admission.check("cleanup", 5);
  await engine.queues.warmup.drain();
  await expect.poll(() => admission.check("warmup", 1), { timeout: 5_000 }).toBeUndefined();
});

test("nothing is taken while Redis is more than three quarters full", async () => {
  const { engine } = stack;
  const full = { info: async () => "used_memory:76\r\nmaxmemory:100\r\n" };
  const admission = createAdmission({ queues: engine.queues, queueRedis: full as never }, 5);
  await expect(admission.check("warmup", 1)).rejects.toMatchObject({ code: "REDIS_NEARLY_FULL" });
});
