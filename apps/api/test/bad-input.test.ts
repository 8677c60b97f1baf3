import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

const warmup = "/v1/jobs/warmup";
const deep = (levels: number) => `{"domain":"learning","x":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
const wide = (keys: number) =>
  JSON.stringify({ domain: "learning", x: Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${key}`, 1])) });
const mebibytes = (count: number) => `{"domain":"${"x".repeat(count * 1_048_576)}"}`;
const withOpts = (opts: string) => `{"domain":"learning","opts":${opts}}`;
const cron = (pattern: string, tz = "UTC") => ({ id: "learning.bad", queue: "warmup", when: { pattern, tz } });

type Row = [what: string, path: string, ask: Parameters<typeof api.ask>[1], status: number, code: string, at?: string[]];

const rows: Row[] = [
  ["broken JSON", warmup, { body: "{ broken" }, 400, "invalid_json"],
  ["a bare number", warmup, { body: "7" }, 400, "invalid_json"],
  ["bare text", warmup, { body: '"text"' }, 400, "invalid_json"],
  ["null", warmup, { body: "null" }, 400, "invalid_json"],
  ["a list", warmup, { body: "[]" }, 400, "invalid_json"],
  ["an empty body", warmup, { body: "" }, 400, "body_required"],
  ["no body", warmup, { method: "POST" }, 400, "body_required"],
  ["no content type", warmup, { body: new TextEncoder().encode("{}"), headers: { "Content-Type": "" } }, 415, "unsupported_media_type"],
  ["another content type", warmup, { body: "{}", headers: { "Content-Type": "text/plain" } }, 415, "unsupported_media_type"],
  ["a form", warmup, { body: "domain=learning", headers: { "Content-Type": "application/x-www-form-urlencoded" } }, 415, "unsupported_media_type"],
  ["an unknown charset", warmup, { body: "{}", headers: { "Content-Type": "application/json; charset=utf-7" } }, 415, "unsupported_media_type"],
  ["an unknown encoding", warmup, { body: "{}", headers: { "Content-Encoding": "zstd" } }, 415, "unsupported_media_type"],
  ["gzip that is none", warmup, { body: "{}", headers: { "Content-Encoding": "gzip" } }, 400, "bad_request"],
  ["invalid UTF-8", warmup, { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "invalid_utf8"],
  ["a body over 1 MiB", warmup, { body: mebibytes(1.1) }, 413, "too_large"],
  ["10 MB", warmup, { body: mebibytes(10) }, 413, "too_large"],
  ["10 MB of a batch", "/v1/jobs/batch", { body: mebibytes(10) }, 413, "too_large"],
  ["over 1 MiB after inflating", warmup, { body: gzipSync(mebibytes(3)), headers: { "Content-Encoding": "gzip" } }, 413, "too_large"],
  ["deeper than 32", warmup, { body: deep(40) }, 422, "too_complex"],
  ["very deep", warmup, { body: deep(20_000) }, 422, "too_complex"],
  ["more than 1,000 keys", warmup, { body: wide(1_001) }, 422, "too_complex"],
  ["__proto__", warmup, { body: '{"domain":"learning","__proto__":{"force":true}}' }, 422, "forbidden_key", ["__proto__"]],
  ["constructor", warmup, { body: '{"domain":"learning","scope":{"constructor":1}}' }, 422, "forbidden_key", ["scope.constructor"]],
  ["prototype", warmup, { body: '{"prototype":1}' }, 422, "forbidden_key", ["prototype"]],
  ["an unknown field", warmup, { body: { domain: "learning", speed: 1 } }, 422, "invalid_payload", ["speed"]],
  ["a wrong type", warmup, { body: { domain: "learning", chunkSize: "many" } }, 422, "invalid_payload", ["chunkSize"]],
  ["a number past 2^53", warmup, { body: '{"domain":"learning","activeDays":9007199254740993}' }, 422, "invalid_payload", ["activeDays"]],
  ["1e400", warmup, { body: '{"domain":"learning","activeDays":1e400}' }, 422, "invalid_payload", ["activeDays"]],
  ["a date that doesn't exist", warmup, { body: { domain: "learning", asOf: "2026-02-30T00:00:00Z" } }, 422, "invalid_payload", ["asOf"]],
  [
    "text for a date, beside parameters that follow from it",
    warmup,
    { body: { domain: "learning", asOf: "today", entries: ["weekly-stats"], scope: { params: [{ userId: 7 }] } } },
    422,
    "invalid_payload",
    ["asOf"],
  ],
  ["an unknown queue", "/v1/jobs/nope", { body: {} }, 404, "not_found"],
  ["a job named as what a queue keeps", "/v1/jobs/warmup/meta", {}, 404, "not_found"],
  ["a job named as a part of a job", "/v1/jobs/warmup/1:logs", {}, 404, "not_found"],
  ["a job named as what a queue keeps, to be cancelled", "/v1/jobs/warmup/meta", { method: "DELETE" }, 404, "not_found"],
  ["a job named as what a queue keeps, to be put back", "/v1/jobs/warmup/meta/retry", { method: "POST" }, 404, "not_found"],
  ["an unknown queue to read from", "/v1/jobs/nope/1", {}, 404, "not_found"],
  ["an unknown domain", warmup, { body: { domain: "nope" } }, 422, "invalid_payload", ["domain"]],
  ["a domain named __proto__", warmup, { body: { domain: "__proto__" } }, 422, "invalid_payload", ["domain"]],
  ["an unknown entry", warmup, { body: { domain: "learning", entries: ["nope"] } }, 422, "invalid_payload", ["entries.0"]],
  ["an unknown entry to read", "/v1/entries/learning/nope", {}, 404, "not_found"],
  ["an entry named constructor", "/v1/entries/learning/constructor", {}, 404, "not_found"],
  ["an unknown rule", "/v1/jobs/cleanup", { body: { domain: "learning", rules: ["nope"] } }, 422, "invalid_payload", ["rules.0"]],
  ["a NUL in a string", warmup, { body: '{"domain":"learn\\u0000ing"}' }, 422, "invalid_text", ["domain"]],
  ["a lone surrogate", warmup, { body: '{"domain":"\\ud800"}' }, 422, "invalid_text", ["domain"]],
  ["a lone surrogate in a key", warmup, { body: '{"\\udfff":1}' }, 422, "invalid_text"],
  ["a NUL in the query", "/v1/runs?text=%00", {}, 400, "invalid_query", ["text"]],
  ["a NUL in the path", "/v1/schedules/learning.%00", {}, 404, "not_found"],
  ["a path that can't be decoded", "/v1/schedules/%E0%A4%A", {}, 400, "bad_request"],
  ["an id of digits", warmup, { body: withOpts('{"jobId":"123"}') }, 422, "invalid_id", ["opts.jobId"]],
  ["an id with a line break", warmup, { body: withOpts('{"jobId":"a\\nb"}') }, 422, "invalid_id", ["opts.jobId"]],
  ["an id that leads elsewhere in a path", warmup, { body: withOpts('{"jobId":".."}') }, 422, "invalid_id", ["opts.jobId"]],
  ["an id with a colon", warmup, { body: withOpts('{"jobId":"a:b"}') }, 422, "invalid_id", ["opts.jobId"]],
  ["an id of 129 characters", warmup, { body: withOpts(`{"jobId":"${"x".repeat(129)}"}`) }, 422, "invalid_id", ["opts.jobId"]],
  ["an id that is a name of the queue's", warmup, { body: withOpts('{"jobId":"wait"}') }, 422, "invalid_id", ["opts.jobId"]],
  ["an empty id", warmup, { body: withOpts('{"jobId":""}') }, 422, "invalid_id"],
  ["a schedule's id without a domain", "/v1/schedules", { body: { ...cron("0 3 * * *"), id: "123" } }, 422, "invalid_id", ["id"]],
  ["attempts 1e9", warmup, { body: withOpts('{"attempts":1e9}') }, 422, "invalid_payload", ["opts.attempts"]],
  ["removeOnComplete", warmup, { body: withOpts('{"removeOnComplete":true}') }, 422, "invalid_payload", ["opts.removeOnComplete"]],
  ["repeat", warmup, { body: withOpts('{"repeat":{"every":1}}') }, 422, "invalid_payload", ["opts.repeat"]],
  ["BullMQ's options beside the payload", warmup, { body: { domain: "learning", attempts: 9 } }, 422, "invalid_payload", ["attempts"]],
  ["a negative delay", warmup, { body: withOpts('{"delay":-1}') }, 422, "invalid_payload", ["opts.delay"]],
  ["a delay that is no number", warmup, { body: withOpts('{"delay":"NaN"}') }, 422, "invalid_payload", ["opts.delay"]],
  ["a delay over 30 days", warmup, { body: withOpts('{"delay":"31d"}') }, 422, "invalid_payload", ["opts.delay"]],
  ["a cron of nothing", "/v1/schedules", { body: cron("") }, 422, "invalid_cron"],
  ["a cron of 4 fields", "/v1/schedules", { body: cron("* * * *") }, 422, "invalid_cron"],
  ["a cron of 7 fields", "/v1/schedules", { body: cron("0 0 0 1 1 * 2026") }, 422, "invalid_cron"],
  ["minute 61", "/v1/schedules", { body: cron("61 * * * *") }, 422, "invalid_cron"],
  ["30 February", "/v1/schedules", { body: cron("0 0 30 2 *") }, 422, "invalid_cron"],
  ["every nothing", "/v1/schedules", { body: cron("*/0 * * * *") }, 422, "invalid_cron"],
  ["an unknown zone", "/v1/schedules", { body: cron("0 3 * * *", "Mars/Base") }, 422, "invalid_tz"],
  ["every second", "/v1/schedules", { body: cron("* * * * * *") }, 422, "too_frequent"],
  ["every 9 s", "/v1/schedules", { body: { id: "learning.bad", queue: "warmup", when: { every: "9s" } } }, 422, "too_frequent"],
  ["every 300,000 years", "/v1/schedules", { body: { id: "learning.bad", queue: "warmup", when: { every: "99999999d" } } }, 422, "invalid_payload"],
  ["a preview of every 300,000 years", "/v1/schedules/preview?every=99999999d", {}, 400, "invalid_query"],
  ["a preview of a bad cron", "/v1/schedules/preview?pattern=61+*+*+*+*", {}, 422, "invalid_cron"],
  ["more than 1,000 jobs", "/v1/jobs/batch", { body: { jobs: Array(1_001).fill({}) } }, 413, "too_large"],
  ["a batch of nothing", "/v1/jobs/batch", { body: { jobs: [] } }, 422, "invalid_payload", ["jobs"]],
  ["a bad Idempotency-Key", warmup, { body: { domain: "learning" }, headers: { "Idempotency-Key": "with space" } }, 400, "invalid_idempotency_key"],
  ["no key", "/v1/queues", { key: "" }, 401, "unauthorized"],
  ["a broken key", warmup, { body: {}, key: "ck_wrong" }, 401, "unauthorized"],
  ["another scheme", "/v1/queues", { headers: { Authorization: "Basic YTpi" } }, 401, "unauthorized"],
  ["a wrong method", warmup, { method: "PUT" }, 405, "method_not_allowed"],
  ["a wrong method of a job", "/v1/jobs/warmup/1", { method: "PATCH", body: {} }, 405, "method_not_allowed"],
  ["a query parameter given twice", "/v1/runs?limit=1&limit=2", {}, 400, "invalid_query", ["limit"]],
  ["an unknown query parameter", "/v1/queues?x=1", {}, 400, "invalid_query", ["x"]],
  ["a page that is none", "/v1/runs?after=x", {}, 400, "invalid_query"],
  ["a page after no number that there is", `/v1/runs?after=2026-01-01T00:00:00Z_${"9".repeat(19)}`, {}, 400, "invalid_query"],
  ["a page after no id that there is", `/v1/audit?after=2026-01-01T00:00:00Z_${"-".repeat(36)}`, {}, 400, "invalid_query"],
  ["a bad time to wait", `${warmup}?wait=long`, { body: { domain: "learning" } }, 400, "invalid_query", ["wait"]],
];

test.each(rows)("%s is refused", async (_what, path, ask, status, code, at) => {
  const answer = await api.ask(path, ask);
  expect(answer).toMatchObject({ status, body: { type: "about:blank", status, code } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body.requestId).toBe(answer.headers.get("x-request-id"));
  expect(Number(answer.headers.get("x-process-time"))).toBeLessThan(1.5);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d|at .*\(/);
  if (at) expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(at);
  if (status === 401) expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  if (status === 405) expect(answer.headers.get("allow")).toMatch(/^(POST|GET, DELETE)$/);
});

test("what can be set, and which names are known, is told", async () => {
  const detail = async (path: string, body: unknown) => (await api.ask(path, { body })).body;
  expect((await detail(warmup, { domain: "learning", opts: { attempts: 9 } })).errors[0].message).toContain("jobId, delay, priority");
  expect((await detail(warmup, { domain: "learning", attempts: 9 })).detail).toContain("jobId, delay and priority");
  expect((await api.ask("/v1/jobs/nope/1")).body.detail).toContain("known: warmup");
  expect((await detail(warmup, { domain: "nope" })).errors[0].message).toContain("learning");
  expect((await api.ask("/v1/entries/learning/nope")).body.detail).toContain("daily-stats");
});

test("after all of this not one job waits that was asked for", async () => {
  const jobs = await api.engine.queues.warmup.getJobs(["waiting", "delayed", "prioritized"]);
  expect(jobs.map(({ data, opts }) => ({ data, ...opts })).filter((job) => "requestId" in job)).toEqual([]);
});

test("a schedule stays one for the job that it was made for", async () => {
  const id = "learning.mine";
  expect(await api.ask("/v1/schedules", { body: { ...cron("0 3 * * *"), id } })).toMatchObject({ status: 201 });
  const answer = await api.ask(`/v1/schedules/${id}`, { method: "PATCH", body: { payload: { domain: "schools" } } });
  expect(answer).toMatchObject({ status: 409, body: { code: "schedule_job_fixed" } });
});

async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("two Authorization headers are refused", async () => {
  const key = `Authorization: Bearer ${api.keys.all}\r\n`;
  expect(await raw(`GET /v1/queues HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key}\r\n`)).toMatch(/^HTTP\/1.1 200/);
  expect(await raw(`GET /v1/queues HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key}${key}\r\n`)).toMatch(/^HTTP\/1.1 401/);
});

test.each([
  ["nonsense", "nonsense\r\n\r\n", 400],
  ["headers of 64 kB", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(65_536)}\r\n\r\n`, 431],
  ["a length and chunks at once", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
])("%s is no HTTP, and refused with a problem", async (_what, text, status) => {
  const answer = await raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain("application/problem+json");
  expect(answer).toContain('"requestId"');
});
