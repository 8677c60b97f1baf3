import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi({ API_BACKLOG_CAP: "2000" });
});
afterAll(() => api?.[Symbol.asyncDispose]());

let chores = 0;
/** A chore that no other test has. */
function chore() {
  chores += 1;
  return { domain: "learning", chunkSize: chores };
}
const put = (body: object, headers: Record<string, string> = {}) => api.ask("/v1/jobs/warmup", { body, headers });
const waiting = () => api.engine.queues.warmup.getJobCountByTypes("waiting", "delayed", "prioritized");

test("a job has the id, delay and priority that its caller chose", async () => {
  const id = `mine-${randomUUID()}`;
  const accepted = await put({ ...chore(), opts: { jobId: id, delay: "1h" } });
  expect(accepted).toMatchObject({ status: 202, body: { id, state: "delayed", deduplicated: false } });
  expect(accepted.headers.get("location")).toBe(`/v1/jobs/warmup/${id}`);
  expect(await put({ ...chore(), opts: { jobId: id } })).toMatchObject({ status: 202, body: { id, state: "delayed", deduplicated: true } });
  const urgent = await put({ ...chore(), opts: { priority: "high" } });
  expect((await api.engine.queues.warmup.getJobs(["waiting"], 0, 0, true))[0]?.id).toBe(urgent.body.id);
});

test("a job is cancelled by who asked for it, and put back", async () => {
  const { body } = await put(chore());
  const path = `/v1/jobs/warmup/${body.id}`;
  expect(await api.ask(`${path}/retry`, { method: "POST" })).toMatchObject({ status: 409, body: { code: "job_not_failed" } });
  const cancelled = await api.ask(`${path}?reason=not+now`, { method: "DELETE" });
  expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled", cancelled: { by: "all", reason: "not now" } } });
  expect(await api.ask(`${path}/retry`, { method: "POST" })).toMatchObject({ status: 200, body: { state: "waiting" } });
  expect(await api.ask("/v1/jobs/warmup/none", { method: "DELETE" })).toMatchObject({ status: 404 });
});

test("a job that Redis has forgotten is told of by its runs", async () => {
  const { body } = await put({ domain: "learning", entries: ["course-summary"], scope: { params: [{ userId: 3 }] }, opts: { priority: "high" } });
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.start();
  await api.engine.followJob("warmup", body.id, { signal: AbortSignal.timeout(20_000) });
  await host.close(1_000);
  await api.engine.runLog.flush();
  await api.engine.queues.warmup.remove(body.id, { removeChildren: true });
  expect(await api.ask(`/v1/jobs/warmup/${body.id}`)).toMatchObject({
    status: 200,
    body: { id: body.id, state: "completed", result: { written: 1 } },
  });
  expect((await api.ask("/v1/runs?queue=warmup&limit=1")).body.runs).toMatchObject([{ jobId: body.id, outcome: "completed" }]);
});

test("a batch has an outcome for each job, in order; a bad one stops no other", async () => {
  const [one, other] = [chore(), chore()];
  const jobs = [
    { queue: "warmup", payload: one },
    { queue: "nope", payload: one },
    { queue: "warmup", payload: { domain: "nope" } },
    JSON.parse('{ "queue": "warmup", "payload": { "__proto__": 1 } }'),
    7,
    { queue: "warmup", payload: other, opts: { jobId: "1:2" } },
    { queue: "warmup", payload: one },
    { queue: "cleanup", payload: { domain: "learning" }, opts: { delay: 60_000 } },
  ];
  const { status, body } = await api.ask("/v1/jobs/batch", { body: { jobs } });
  expect(status).toBe(200);
  expect(body.outcomes).toMatchObject([
    { status: 202, queue: "warmup", state: "waiting", deduplicated: false },
    { status: 422, code: "invalid_payload", errors: [{ path: "queue" }] },
    { status: 422, code: "invalid_payload", errors: [{ path: "domain" }] },
    { status: 422, code: "forbidden_key" },
    { status: 422, code: "invalid_payload" },
    { status: 422, code: "invalid_id", errors: [{ path: "opts.jobId" }] },
    { status: 202, id: body.outcomes[0].id, deduplicated: true },
    { status: 202, queue: "cleanup", state: "delayed" },
  ]);
});

test("a request with an Idempotency-Key is done once", async () => {
  const headers = { "Idempotency-Key": randomUUID() };
  const body = { ...chore(), opts: { delay: "1h" } };
  const before = await waiting();
  const first = await put(body, headers);
  expect(await put(body, headers)).toMatchObject({ status: 202, body: first.body });
  expect(await put({ ...body, force: true }, headers)).toMatchObject({ status: 422, body: { code: "key_reused" } });
  expect(await waiting()).toBe(before + 1);
  const batch = { jobs: [{ queue: "warmup", payload: chore() }, { queue: "warmup", payload: chore() }, 7] };
  const ask = () => api.ask("/v1/jobs/batch", { body: batch, headers: { "Idempotency-Key": "batch" } });
  expect((await ask()).body).toEqual((await ask()).body);
  expect(await waiting()).toBe(before + 3);
});

test("a hundred requests with one key at once make one job", async () => {
  const headers = { "Idempotency-Key": randomUUID() };
  const body = chore();
  const before = await waiting();
  const answers = await Promise.all(Array.from({ length: 100 }, () => put(body, headers)));
  expect(new Set(answers.map(({ status }) => status)).difference(new Set([202, 409]))).toEqual(new Set());
  expect(answers.filter(({ status }) => status === 409).every((answer) => answer.headers.get("retry-after") === "1")).toBe(true);
  expect(await waiting()).toBe(before + 1);
});

test("what was refused can be asked for again with the same key", async () => {
  const headers = { "Idempotency-Key": randomUUID() };
  const body = chore();
  await api.engine.queues.warmup.pause();
  expect(await put({ domain: "nope" }, headers)).toMatchObject({ status: 422 });
  expect(await put({ domain: "nope" }, headers)).toMatchObject({ status: 422, body: { code: "invalid_payload" } });
  await api.engine.queues.warmup.resume();
  expect(await put(body, { "Idempotency-Key": randomUUID() })).toMatchObject({ status: 202 });
});

test("a request that was begun by a process that is gone makes its job once", async () => {
  const key = randomUUID();
  const body = { ...chore(), opts: { delay: "1h" } };
  const first = await put(body, { "Idempotency-Key": key });
  // as if it had died between the job and its note
  await api.engine.db.pool.query("update idempotency_keys set answer = null, locked_until = now() where key = $1", [key]);
  const before = await waiting();
  expect(await put(body, { "Idempotency-Key": key })).toMatchObject({ status: 202, body: { id: first.body.id, deduplicated: true } });
  expect(await waiting()).toBe(before);
});

test("beyond its cap a queue takes no more jobs, others do", async () => {
  const jobs = () => [
    ...Array.from({ length: 900 }, () => ({ queue: "warmup", payload: chore() })),
    { queue: "cleanup", payload: { domain: "learning" } },
  ];
  const outcomesOf = async () => (await api.ask("/v1/jobs/batch", { body: { jobs: jobs() } })).body.outcomes;
  await expect.poll(async () => (await outcomesOf())[0], { timeout: 20_000 }).toMatchObject({ status: 429, code: "backlog_full" });
  expect(await waiting()).toBeLessThan(2_000 + 900);
  expect((await outcomesOf()).at(-1)).toMatchObject({ status: 202 });
});
