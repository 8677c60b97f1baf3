import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApiWithServers } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApiWithServers>>;
beforeAll(async () => {
  api = await startApiWithServers();
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** Every answer has to come within this, ms; noise of a shared machine included. */
const soonMs = 2_500;

async function timed<T>(work: Promise<T>): Promise<T> {
  const began = performance.now();
  const answer = await work;
  expect(performance.now() - began).toBeLessThan(soonMs);
  return answer;
}

const body = { domain: "learning", scope: "all" };

test("with Redis gone a job is refused at once, nothing appears later, and values are still read", async () => {
  await api.ask("/v1/entries/learning/global-stats");
  await api.redis.kill("SIGKILL");
  const refused = await timed(api.ask("/v1/jobs/warmup", { body }));
  expect(refused).toMatchObject({ status: 503, body: { code: expect.stringMatching(/queue_unavailable|outcome_unknown/) } });
  expect(refused.headers.get("retry-after")).toBe("1");
  expect((await timed(api.ask("/readyz"))).body.detail).toContain("QUEUE_REDIS_URL");
  expect((await timed(api.ask("/v1/entries/learning/course-summary?userId=3"))).status).toBe(200);
  await api.redis.restart();
  await vi.waitUntil(async () => (await api.ask("/readyz")).status === 200, { timeout: 20_000 });
  expect(await api.engine.queues.warmup.getWaitingCount()).toBe(0);
  expect((await api.ask("/v1/jobs/warmup", { body })).status).toBe(202);
});

test("with Redis frozen the outcome is unknown, and said to be", async () => {
  await api.redis.kill("SIGSTOP");
  try {
    const answer = await timed(api.ask("/v1/jobs/warmup", { body: { ...body, activeDays: 3 } }));
    expect(answer).toMatchObject({ status: 503, body: { code: expect.stringMatching(/outcome_unknown|timeout/) } });
  } finally {
    await api.redis.kill("SIGCONT");
  }
  await vi.waitUntil(async () => (await api.ask("/readyz")).status === 200, { timeout: 20_000 });
});

test("with PostgreSQL gone, cached values are served and the rest is 503", async () => {
  const path = "/v1/entries/learning/session-analytics?userId=5";
  expect((await api.ask(path)).status).toBe(200);
  await api.postgres.kill("SIGQUIT");
  expect((await timed(api.ask(path))).status).toBe(200);
  expect((await timed(api.ask("/v1/entries/learning/session-analytics?userId=6"))).status).toBe(503);
  expect((await timed(api.ask("/readyz"))).status).toBe(503);
  await api.postgres.restart();
  await vi.waitUntil(async () => (await api.ask("/readyz")).status === 200, { timeout: 20_000 });
});
