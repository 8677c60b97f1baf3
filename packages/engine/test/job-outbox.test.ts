import { once } from "node:events";
import { drizzle } from "drizzle-orm/node-postgres";
import { expect, test, vi } from "vitest";
import { handOverJobs } from "../src/outbox/hand-over-jobs.ts";
import { testEngine } from "./test-engine.ts";

const payload = { domain: "test", scope: { params: [{ id: 1 }] } };
type Opened = Awaited<ReturnType<typeof testEngine>>;
const waiting = async ({ engine }: Opened) => (await engine.queues.warmup.getJobs(["waiting", "prioritized"])).map(({ id }) => id);
const inOutbox = async ({ query }: Opened) => (await query<{ n: number }>("select count(*)::int as n from job_outbox"))[0]?.n;

test("a job is sent when the transaction commits, and never when it is rolled back: of pg and of Drizzle", async () => {
  await using all = await testEngine();
  const { engine } = all;
  await using _relay = engine.relay();
  const client = await engine.db.pool.connect();
  await client.query("begin");
  const undone = await engine.enqueueIn(client, "warmup", payload);
  await client.query("rollback");
  await client.query("begin");
  const sent = await engine.enqueueIn(client, "warmup", payload);
  expect(await waiting(all)).toEqual([]);
  await client.query("commit");
  client.release();
  await vi.waitUntil(async () => (await waiting(all)).length === 1);
  const db = drizzle(engine.db.pool);
  await expect(
    db.transaction(async (tx) => {
      await engine.enqueueIn(tx, "warmup", payload);
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  const other = await db.transaction((tx) => engine.enqueueIn(tx, "warmup", { ...payload, entries: ["value"] }));
  await vi.waitUntil(async () => (await waiting(all)).length === 2);
  expect((await waiting(all)).sort()).toEqual([sent, other].sort());
  expect(await engine.readJob("warmup", undone)).toBeUndefined();
  expect(await inOutbox(all)).toBe(0);
});

test("a payload that does not fit leaves nothing behind", async () => {
  await using all = await testEngine();
  await expect(all.engine.enqueueIn(all.engine.db.pool, "warmup", { domain: "test", scope: "nobody's" })).rejects.toMatchObject({
    code: "PAYLOAD_INVALID",
  });
  expect(await inOutbox(all)).toBe(0);
});

test("any program sends a job with one insert; one for a queue that there is not stays and says why", async () => {
  await using all = await testEngine();
  await using relay = all.engine.relay();
  const told = once(relay.events, "setAside");
  all.work();
  const insert = "insert into job_outbox (queue, name, payload) values ($1, 'test.warmup', $2) returning id";
  const [sent] = await all.query<{ id: string }>(insert, ["warmup", payload]);
  const [lost] = await all.query<{ id: string }>(insert, ["nowhere", payload]);
  await vi.waitUntil(async () => (await all.engine.readJob("warmup", sent?.id as string))?.state === "completed");
  await vi.waitUntil(async () => (await inOutbox(all)) === 1);
  const rows = [{ id: lost?.id, error: "there is no queue nowhere" }];
  expect(await all.query("select id, error from job_outbox")).toEqual(rows);
  expect(await told).toEqual([{ rows }]);
});

test("a job that was handed over by a relay that died before its commit is handed over again, and is one job", async () => {
  await using all = await testEngine();
  const { engine, query } = all;
  await engine.enqueueIn(engine.db.pool, "warmup", payload);
  const add = vi.spyOn(engine.queues.warmup, "addBulk");
  add.mockImplementationOnce(async (jobs) => {
    add.mockRestore();
    await engine.queues.warmup.addBulk(jobs);
    await query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null",
    );
    return [];
  });
  await expect(handOverJobs(engine.db, engine.queues)).rejects.toThrow();
  expect([await inOutbox(all), (await waiting(all)).length]).toEqual([1, 1]);
  expect(await handOverJobs(engine.db, engine.queues)).toEqual({ rows: 1, setAside: [] });
  expect([await inOutbox(all), (await waiting(all)).length]).toEqual([0, 1]);
});

test("while the queues' Redis does not take jobs they stay, and are sent when it does", async () => {
  await using all = await testEngine();
  const { engine } = all;
  vi.spyOn(engine.queues.warmup, "addBulk").mockRejectedValueOnce(new Error("Redis is away"));
  await engine.enqueueIn(engine.db.pool, "warmup", payload);
  await using relay = engine.relay();
  expect(await once(relay.events, "delayed")).toMatchObject([{ message: "Redis is away" }]);
  await vi.waitUntil(async () => (await waiting(all)).length === 1);
});
