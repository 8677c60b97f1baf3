import { Queue } from "bullmq";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** The queue as a program that knows BullMQ and nothing of Caretaker opens it. */
function bareQueue() {
  const { connection, prefix = "" } = api.engine.queues.warmup.opts;
  return new Queue("warmup", { connection, prefix });
}

const ended = (id: string) => api.engine.followJob("warmup", id, { signal: AbortSignal.timeout(20_000) });

test("a job of a bare BullMQ client is checked, run and told of like any other", async () => {
  const bare = bareQueue();
  const good = await bare.add("learning.warmup", { domain: "learning", scope: { params: [{ userId: 7 }] } }, { attempts: 99 });
  const bad = await bare.add("learning.warmup", { domain: "learning", speed: 1 }, { attempts: 99 });
  const strange = await bare.add("no.such-job", { domain: "learning" }, { attempts: 99 });
  const text = await bare.add("learning.warmup", "text", { attempts: 99 });
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.start();
  expect(await ended(String(good.id))).toMatchObject({ state: "completed", result: { failed: 0 } });
  expect(await ended(String(bad.id))).toMatchObject({
    state: "failed",
    error: expect.stringContaining("speed: unknown field"),
    attempts: { made: 1 },
  });
  expect(await ended(String(strange.id))).toMatchObject({ state: "failed", error: expect.stringContaining("unknown job no.such-job") });
  expect(await ended(String(text.id))).toMatchObject({ state: "failed", attempts: { made: 1 } });
  expect(await api.ask(`/v1/jobs/warmup/${bad.id}`)).toMatchObject({ status: 200, body: { state: "failed" } });
  await host.close(1_000);
});
