import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

const today = new Date().toISOString().slice(0, 10);

test("a warm-up is accepted, run, and told of", async () => {
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.start();
  const accepted = await api.ask("/v1/jobs/warmup", { body: { domain: "learning", scope: { params: [{ userId: 7 }, { userId: "8" }] } } });
  expect(accepted).toMatchObject({ status: 202, body: { queue: "warmup", name: "learning.warmup", deduplicated: false } });
  await api.engine.followJob("warmup", accepted.body.id, { signal: AbortSignal.timeout(20_000) });
  const job = await api.ask(accepted.headers.get("location") ?? "");
  expect(job).toMatchObject({
    status: 200,
    body: { state: "completed", result: { targets: 9, written: 9, failed: 0 }, payload: { domain: "learning" } },
  });
  const warm = await api.ask("/v1/entries/learning/session-analytics?userId=7");
  expect(warm.headers.get("x-cache")).toBe("l2");
  const waited = await api.ask("/v1/jobs/warmup?wait=20s", {
    body: { domain: "learning", entries: ["course-summary"], scope: { params: [{ userId: 7 }] } },
  });
  expect(waited).toMatchObject({ status: 200, body: { state: "completed", result: { targets: 1, fresh: 1, written: 0 } } });
  await host.close(1_000);
});

test("an equal warm-up that waits is given back", async () => {
  const body = { domain: "learning", scope: "all" };
  const first = await api.ask("/v1/jobs/warmup", { body });
  const second = await api.ask("/v1/jobs/warmup", { body: { ...body, asOf: "2026-01-01T00:00:00Z", chunkSize: 1_000 } });
  expect(second.body).toMatchObject({ id: first.body.id, deduplicated: true });
});

test.each([
  [{ domain: "nope" }, ["domain"]],
  [{ domain: "nope", speed: 1 }, ["domain", "speed"]],
  [{ domain: "learning", speed: 1 }, ["speed"]],
  [{ domain: "learning", entries: ["daily-stats", "nope"] }, ["entries.1"]],
  [{ domain: "learning", asOf: "2026-02-30T00:00:00Z" }, ["asOf"]],
  [{ domain: "learning", chunkSize: 0 }, ["chunkSize"]],
  [{ domain: "learning", scope: "everyone" }, ["scope"]],
  [{ domain: "learning", scope: { params: [{ userId: 1 }, { userId: "x" }] }, entries: ["course-summary"] }, ["scope.params.1.userId"]],
  [{ domain: "learning", scope: { params: [{ userId: 1, shoe: 42 }] }, entries: ["course-summary"] }, ["scope.params.0.shoe"]],
  [{ domain: "learning", scope: { params: [{ userId: 1, weekStart: "2026-11-17" }] }, entries: ["weekly-stats"] }, ["scope.params.0.weekStart"]],
  [{ domain: "learning", scope: { params: [{ userId: 2 ** 60 }] }, entries: ["course-summary"] }, ["scope.params.0.userId"]],
])("%j is refused with the path of the fault", async (body, paths) => {
  const answer = await api.ask("/v1/jobs/warmup", { body });
  expect(answer.status).toBe(422);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(answer.body).toMatchObject({ status: 422, code: "invalid_payload", requestId: answer.headers.get("x-request-id") });
  expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
});

test.each([
  ["{ broken", {}, 400, "invalid_json"],
  ["null", {}, 400, "invalid_json"],
  ['"text"', {}, 400, "invalid_json"],
  ["{}", { "Content-Type": "text/plain" }, 415, "unsupported_media_type"],
  [`{ "domain": "${"x".repeat(1_100_000)}" }`, {}, 413, "too_large"],
])("the body %.20s is refused", async (body, headers, status, code) => {
  expect(await api.ask("/v1/jobs/warmup", { body, headers })).toMatchObject({ status, body: { code } });
});

test("reading a value tells where it came from, and until when it is fresh", async () => {
  const path = `/v1/entries/learning/daily-stats?userId=3&date=${today}`;
  const miss = await api.ask(path);
  expect(miss).toMatchObject({ status: 200, body: { value: { date: today }, cachedAt: expect.any(String), expiresAt: expect.any(String) } });
  expect(miss.headers.get("x-cache")).toBe("miss");
  expect((await api.ask(path)).headers.get("x-cache")).toBe("l1");
  const bypassed = await api.ask(path, { headers: { "Cache-Control": "no-cache" } });
  expect(bypassed.headers.get("x-cache")).toBe("bypass");
  expect(bypassed.headers.get("age")).toBe("0");
  const etag = bypassed.headers.get("etag") ?? "";
  expect((await api.ask(path, { headers: { "If-None-Match": etag, "Cache-Control": "max-age=0" } })).status).toBe(304);
});

test.each([
  ["/v1/entries/learning/daily-stats?userId=999999999&date=2026-01-05", 404, "not_found"],
  ["/v1/entries/learning/daily-stats?userId=3", 400, "invalid_query"],
  ["/v1/entries/learning/daily-stats?userId=3&date=2026-02-30", 400, "invalid_query"],
  ["/v1/entries/learning/daily-stats?userId=3&userId=4&date=2026-01-05", 400, "invalid_query"],
  ["/v1/entries/learning/weekly-stats?userId=3&weekStart=2026-11-17", 400, "invalid_query"],
  ["/v1/entries/learning/course-summary?userId=3&shoe=1", 400, "invalid_query"],
  ["/v1/entries/learning/nope?userId=3", 404, "not_found"],
  ["/v1/entries/nope/nope", 404, "not_found"],
  ["/v1/jobs/warmup/no-such-job", 404, "not_found"],
  ["/v1/jobs/nope/1", 404, "not_found"],
  ["/v1/jobs/warmup", 405, "method_not_allowed"],
  ["/nowhere", 404, "not_found"],
])("%s is answered with %i", async (path, status, code) => {
  expect(await api.ask(path)).toMatchObject({ status, body: { status, code } });
});

test("a key is needed, has to work, and has to have the scope", async () => {
  const path = "/v1/entries/learning/global-stats";
  const without = await fetch(`${api.url}${path}`);
  expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="caretaker"']);
  expect((await api.ask(path, { key: "ck_wrong" })).status).toBe(401);
  expect((await api.ask(path, { key: api.keys.expired })).status).toBe(401);
  expect((await api.ask(path, { key: api.keys.reader })).status).toBe(200);
  expect(await api.ask("/v1/jobs/warmup", { key: api.keys.reader, body: { domain: "learning" } })).toMatchObject({
    status: 403,
    body: { code: "forbidden" },
  });
});

test("health, readiness and metrics need no key, and metrics name routes by their pattern", async () => {
  const get = async (path: string) => (await fetch(`${api.url}${path}`)).text();
  expect(await get("/healthz")).toContain("ok");
  expect(await get("/readyz")).toContain('"status":"ready"');
  const metrics = await get("/metrics");
  expect(metrics).toContain('endpoint="/v1/entries/:domain/:entry"');
  expect(metrics).toMatch(/bullmq_job_count\{queue="warmup",state="waiting"\} \d/);
  expect(metrics).toMatch(/cache_hits_total\{entry="learning.daily-stats",tier="l1"\} \d/);
});
