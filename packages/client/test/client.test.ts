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

test("there is a function for each operation of the API", async () => {
  const sent = new Set<string>();
  const noting: typeof fetch = (input, init) => {
    sent.add(`${init?.method?.toLowerCase()} ${new URL(String(input)).pathname}`);
    return fetch(input, init);
  };
  const { jobs, entries, cache, messages, queues, schedules, runs, reports, audit } = createClient({ ...api, fetch: noting });
  const id = "learning.by-client";
  const domain = "learning";
  const delayed = { delay: "1h" } as const;
  const job = await jobs.warmup({ domain }, { ...delayed, jobId: "by-client", priority: "high" });
  expect(job).toMatchObject({ id: "by-client", state: "delayed" });
  await jobs.cleanup({ domain, dryRun: true }, delayed);
  await jobs.archive({ domain }, delayed);
  await jobs.analytics({ domain }, delayed).catch(() => {});
  await jobs.messages({}).catch(() => {});
  const batch = [{ queue: "warmup", payload: { domain } } as const, { queue: "warmup", payload: {} } as const];
  expect(await jobs.batch(batch)).toMatchObject([{ status: 202 }, { status: 422 }]);
  expect(await job.cancel({ reason: "a test" })).toMatchObject({ state: "cancelled", cancelled: { by: "client", reason: "a test" } });
  expect(await job.wait()).toMatchObject({ state: "cancelled" });
  expect(await job.retry()).toMatchObject({ state: "waiting" });
  await job.get();
  await entries.get(domain, "global-stats");
  await cache.invalidate(["learning"]);
  await cache.clear(domain);
  expect((await queues.list()).map(({ name }) => name)).toContain("warmup");
  expect(await queues.pause("archive")).toMatchObject({ paused: true });
  expect(await queues.resume("archive")).toMatchObject({ paused: false });
  expect(await queues.deadLetters("archive", { limit: 5 })).toEqual([]);
  expect(await queues.redrive("archive", { name: "learning.archive" })).toBe(0);
  await schedules.create({ id, queue: "warmup", when: { every: "1h" } });
  expect(await schedules.change(id, { overlap: "allow" })).toMatchObject({ overlap: "allow" });
  expect(await schedules.pause(id)).toMatchObject({ paused: true });
  expect(await schedules.resume(id)).toMatchObject({ paused: false });
  await schedules.reset(id).catch(() => {});
  expect(await schedules.get(id)).toMatchObject({ id });
  expect([(await schedules.preview(id)).length, (await schedules.preview({ every: "5m" })).length]).toEqual([10, 10]);
  expect(await schedules.run(id)).toMatchObject({ queue: "warmup", wait: expect.any(Function) });
  expect(await schedules.backfill(id, { from: "2026-01-01T00:00:00Z", to: "2026-01-01T02:00:00Z" })).toBe(2);
  expect(await schedules.fires(id, { limit: 1 })).toHaveLength(1);
  expect((await schedules.list()).map((schedule) => schedule.id)).toContain(id);
  await schedules.remove(id);
  expect((await messages.subscriptions()).subscriptions).toBeInstanceOf(Array);
  await messages.publish({ topic: "nobody.listens", message: {} }).catch(() => {});
  expect(await reports.get("none.pdf")).toBeUndefined();
  await runs.search({ domain });
  await runs.restore("1").catch(() => {});
  const countChanges = async () => {
    let count = 0;
    for await (const _ of audit.all({ who: "client", limit: 3 })) count += 1;
    return count;
  };
  await expect.poll(countChanges).toBeGreaterThan(3);

  expect(await undone(sent)).toEqual([]);
});

/** The operations of the API's document that none of these requests is for. */
async function undone(sent: ReadonlySet<string>): Promise<string[]> {
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const isSent = (method: string, path: string) => {
    const pattern = new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    return [...sent].some((request) => pattern.test(request));
  };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith("/v1/") && !path.endsWith("/events"))
    .flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => !isSent(method, path))
        .map((method) => `${method} ${path}`),
    );
}
