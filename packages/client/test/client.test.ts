import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../src/index.ts";
import { startCutProxy } from "./cut-proxy.ts";
import { startApi } from "./start-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  api = await startApi();
  client = createClient(api);
});
afterAll(() => api?.[Symbol.asyncDispose]());

test("a job is put into its queue, waited for, and its result typed", async () => {
  const job = await client.jobs.warmup({ domain: "learning", scope: "all", entries: ["global-stats"] });
  expect(job).toMatchObject({ queue: "warmup", name: "learning.warmup", state: "waiting", deduplicated: false });
  expect(await job.get()).toMatchObject({ id: job.id, state: "waiting", payload: { domain: "learning" } });
  await using _worker = await api.work();
  const ended = await job.wait();
  if (ended.state !== "completed") throw new Error(`it is ${ended.state}`);
  expect([ended.result.targets, ended.result.written]).toEqual([1, 1]);
  const value = await client.entries.get<{ userId?: number }>("learning", "global-stats");
  expect(value).toMatchObject({ value: expect.any(Object), cachedAt: expect.any(String), from: "l2" });
  expect(await client.entries.get("learning", "global-stats", {}, { fresh: true })).toMatchObject({ from: "bypass" });
});

test("a value that is not there is undefined; a name that nobody knows is an error", async () => {
  expect(await client.entries.get("learning", "course-summary", { userId: 999_999 })).toBeUndefined();
  await expect(client.entries.get("learning", "nope")).rejects.toMatchObject({ name: "RequestRefused", code: "not_found", status: 404 });
});

test("a payload that does not fit is refused with the path of each fault", async () => {
  const refused = client.jobs.warmup({ domain: "learning", entries: ["global-stats"], chunkSize: 0 });
  await expect(refused).rejects.toMatchObject({ code: "invalid_payload", status: 422, errors: [{ path: "chunkSize" }] });
  const stranger = createClient({ ...api, key: "ck_wrong" });
  await expect(stranger.jobs.of("warmup", "1").get()).rejects.toMatchObject({ code: "unauthorized", status: 401 });
});

test("progress goes on after the connection was cut, each report once, and ends with the job", async () => {
  await using proxy = await startCutProxy(api.url);
  const { id, report } = await api.delayedJob();
  const job = createClient({ ...api, url: proxy.url }).jobs.of("warmup", id);
  await report(1);
  const seen: number[] = [];
  for await (const { current } of job.progress()) {
    seen.push(current);
    if (current === 1) {
      proxy.cut();
      await report(2);
      await report(3);
    }
    if (current === 3) await api.cancel(id);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect(await job.wait()).toMatchObject({ state: "cancelled", result: null });
});

test("who follows a job goes on while the API restarts", async () => {
  const { id } = await api.delayedJob();
  const told: unknown[] = [];
  let restarted = Promise.resolve();
  for await (const { event, data } of client.jobs.of("warmup", id).events()) {
    told.push(event === "progress" ? data.current : data.state);
    if (told.length === 1) restarted = api.restart().then(() => api.cancel(id));
  }
  expect([told[0], told.at(-1)]).toEqual(["delayed", "cancelled"]);
  await restarted;
});

test("a signal ends the following of a job, and the waiting between tries", async () => {
  const { id } = await api.delayedJob();
  const leaving = new AbortController();
  const following = async () => {
    for await (const _ of client.jobs.of("warmup", id).events({ signal: leaving.signal })) leaving.abort(new Error("enough"));
  };
  await expect(following()).rejects.toThrow("enough");
  const away = createClient({ url: "http://127.0.0.1:1", key: "x" }).jobs.of("warmup", "1");
  await expect(away.get({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: "TimeoutError" });
});

test("an API that is away for good is said to be, by a request and by who follows a job", async () => {
  const away = createClient({ url: "http://127.0.0.1:1", key: "x", retries: 1, patienceMs: 10 }).jobs.of("warmup", "1");
  await expect(away.get()).rejects.toMatchObject({ code: "API_UNREACHABLE" });
  await expect(away.wait()).rejects.toMatchObject({ code: "API_UNREACHABLE" });
  await expect(client.jobs.of("warmup", "nobody").wait()).rejects.toMatchObject({ code: "not_found" });
});
