import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

const warmup = (body: object) => api.ask("/api/scheduler/warmup", { body });

test("the old system's routes answer in its words, with and without a worker", async () => {
  const before = await api.ask("/api/scheduler/status");
  expect(before).toMatchObject({ status: 200, body: { running: false, total_jobs: 4 } });
  expect(before.body.jobs[3]).toEqual({
    id: "schools.warmup-stats",
    name: "warmup-stats",
    next_run: expect.stringMatching(/T\d\d:00:00.000Z$/),
    trigger: "0 */2 * * *",
  });

  const accepted = await warmup({ type: "primary", async: true });
  expect(accepted).toMatchObject({ status: 202, body: { queue: "warmup", name: "schools.warmup", state: "waiting" } });
  expect(accepted.headers.get("location")).toBe(`/v1/jobs/warmup/${accepted.body.id}`);

  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 2]]) });
  host.start();
  await api.engine.followJob("warmup", accepted.body.id, { signal: AbortSignal.timeout(20_000) });
  expect(await warmup({ type: "all" })).toMatchObject({ status: 200, body: { state: "completed", result: { targets: 21, written: 21, failed: 0 } } });
  expect((await api.ask("/v1/entries/schools/primary-list?category=%E5%AE%98%E7%AB%8B")).headers.get("x-cache")).toBe("l2");
  expect(await api.ask("/api/scheduler/clear-and-warmup", { body: { type: "secondary", async: false } })).toMatchObject({
    status: 200,
    body: { result: { targets: 8, written: 8 } },
  });
  expect((await api.ask("/v1/entries/schools/primary-list?category=%E8%B5%84%E5%8A%A9")).headers.get("x-cache")).toBe("miss");
  expect((await api.ask("/api/scheduler/status")).body.running).toBe(true);

  await api.engine.db.pool.query("alter table secondary_schools rename to elsewhere");
  expect(await warmup({ type: "secondary" })).toMatchObject({
    status: 502,
    body: { code: "job_failed", detail: expect.stringContaining("8 of 8 values failed") },
  });
  await host.close(1_000);
});

test("wrong bodies and missing scopes are refused", async () => {
  expect(await warmup({ type: "nothing" })).toMatchObject({ status: 422, body: { errors: [{ path: "type" }] } });
  expect(await api.ask("/api/scheduler/status", { key: api.keys.reader })).toMatchObject({ status: 403 });
  expect(await api.ask("/api/scheduler/warmup", { body: {}, key: api.keys.reader })).toMatchObject({ status: 403 });
});
