import { createApiKey, revokeApiKey } from "@caretaker/engine";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

interface Told {
  event: string;
  id: string;
  data: { state?: string; current?: number; result?: unknown };
}

interface Open {
  key?: string;
  after?: string;
  signal?: AbortSignal;
  url?: string;
}

const open = (path: string, { key = api.keys.all, after, signal, url = api.url }: Open = {}) =>
  fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${key}`, ...(after ? { "Last-Event-ID": after } : {}) }, signal: signal ?? null });

/** The events of a stream, as they come. */
async function* events(path: string, after?: string, url = api.url): AsyncGenerator<Told> {
  const answer = await open(path, { url, ...(after ? { after } : {}) });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  let text = "";
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + part).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks.filter((lines) => lines.startsWith("event:"))) yield read(block);
  }
}

function read(block: string): Told {
  const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
  return { event: fields.event, id: fields.id, data: JSON.parse(fields.data) };
}

const short = ({ event, data }: Told) => `${event} ${data.state ?? data.current}`;

/** A job that waits for an hour, which nobody takes. */
async function delayedJob() {
  const job = await api.engine.queues.warmup.add("learning.warmup", { domain: "learning" }, { delay: 3_600_000 });
  const report = (current: number) => job.updateProgress({ current, total: 9, status: "testing" });
  return { id: String(job.id), report, path: `/v1/jobs/warmup/${job.id}/events` };
}

test("a warm-up that another process runs is told of until its end, which closes the stream", async () => {
  const accepted = await api.ask("/v1/jobs/warmup", { body: { domain: "learning", scope: { params: [{ userId: 7 }] } } });
  await using host = { ...api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) }), [Symbol.asyncDispose]: () => host.close(1_000) };
  const told: Told[] = [];
  for await (const event of events(`${accepted.headers.get("location")}/events`)) {
    if (told.push(event) === 1) host.start();
  }
  const states = told.filter(({ event }) => event === "state").map(({ data }) => data.state);
  expect(states.slice(0, 3)).toEqual(["waiting", "active", "waiting-children"]);
  expect(told.filter(({ event }) => event === "progress").at(-1)?.data).toMatchObject({ current: 2, total: 2 });
  expect(told.at(-1)).toMatchObject({ event: "end", id: "end", data: { state: "completed", result: { failed: 0 } } });
});

test("after a cut a client goes on where it was, and has each event once", async () => {
  const { id, path, report } = await delayedJob();
  await report(1);
  const before: Told[] = [];
  for await (const event of events(path)) {
    before.push(event);
    if (event.data.current === 1) break;
  }
  expect(before.map(short)).toEqual(["state delayed", "progress 1"]);
  await report(2);
  const after: Told[] = [];
  for await (const event of events(path, before.at(-1)?.id)) {
    after.push(event);
    if (event.data.current === 2) await report(3);
    if (event.data.current === 3) await api.engine.cancelJob("warmup", id, { by: "anna" });
  }
  expect(after.map(short)).toEqual(expect.arrayContaining(["progress 2", "progress 3", "end cancelled"]));
  expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
  expect((await open(path, { after: "end" })).status).toBe(204);
});

test.each([
  ["/v1/jobs/warmup/nobody/events", {}, 404, "not_found"],
  ["/v1/jobs/nowhere/1/events", {}, 404, "not_found"],
  ["/v1/jobs/warmup/nobody/events", { after: "yesterday" }, 400, "invalid_last_event_id"],
  ["/v1/jobs/warmup/nobody/events?speed=1", {}, 400, "invalid_query"],
  ["/v1/jobs/warmup/nobody/events", { key: "ck_wrong" }, 401, "unauthorized"],
])("%s with %j is answered with %i %s", async (path, options, status, code) => {
  const answer = await open(path, options);
  expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })]);
});

test("a key without the scope, and another method, are refused", async () => {
  const path = "/v1/jobs/warmup/nobody/events";
  expect((await open(path, { key: api.keys.reader })).status).toBe(403);
  expect((await api.ask(path, { body: {} })).status).toBe(405);
});

test("any replica goes on where another one was", async () => {
  const { path, report } = await delayedJob();
  await report(1);
  let last = "";
  for await (const { id, data } of events(path)) {
    last = id;
    if (data.current === 1) break;
  }
  await report(2);
  const { url } = await api.replicate();
  for await (const event of events(path, last, url)) {
    expect(short(event)).toBe("progress 2");
    break;
  }
});

test("of a job that only its runs tell of, the end is told", async () => {
  await api.engine.db.pool.query(`
    insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, finished_at, outcome, final)
    values ('warmup', 'long-ago', 'learning.warmup', 'learning', '{}', 1, now(), now(), 'completed', true)`);
  const told: string[] = [];
  for await (const event of events("/v1/jobs/warmup/long-ago/events")) told.push(short(event));
  expect(told).toEqual(["end completed"]);
});

test("a stream ends with the key that it was asked with", async () => {
  const { path } = await delayedJob();
  const { key, id } = await createApiKey(api.engine.db, { name: "leaving", scopes: ["jobs:read"] });
  const stream = await open(path, { key });
  await revokeApiKey(api.engine.db, id);
  expect(await stream.text()).toContain("delayed");
});

test("a key has a hundred streams at most, and one that a client leaves makes room", async () => {
  const { path } = await delayedJob();
  const leaving = new AbortController();
  const streams = await Promise.all(Array.from({ length: 100 }, () => open(path, { signal: leaving.signal })));
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await open(path);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
  leaving.abort();
  await vi.waitUntil(async () => (await open(path, { signal: AbortSignal.timeout(1_000) })).status === 200, { timeout: 10_000 });
});

test("an API that is told to stop ends its streams, without saying that the job has ended", async () => {
  const { path } = await delayedJob();
  const told: string[] = [];
  for await (const event of events(path)) {
    told.push(short(event));
    api.process.kill("SIGTERM");
  }
  expect(told).toEqual(["state delayed"]);
  expect(await api.process.exited).toBe(0);
});
