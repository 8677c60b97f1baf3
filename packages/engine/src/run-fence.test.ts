import { createDb, migrate } from "@caretaker/db";
import { testDatabase } from "@caretaker/stack/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { claimFence, purgeFences, runFenced } from "./run-fence.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: ReturnType<typeof createDb>;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url });
  await migrate(db);
  await db.pool.query("create table effects (job text, step int, primary key (job, step))");
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const effectsOf = async (job: string) =>
  (await db.pool.query("select step from effects where job = $1 order by step", [job])).rows.map(({ step }) => step);

/** A batch that does one step and records it. */
const doStep = (job: string, token: string, step: number) =>
  runFenced(db, { fence: { job, token }, signal }, async (session) => {
    await session.query("insert into effects values ($1, $2)", [job, step]);
    return { step };
  });

test("the next attempt goes on from the last batch that was recorded", async () => {
  expect(await claimFence(db, { job: "a", token: "1" })).toBeNull();
  await doStep("a", "1", 1);
  await doStep("a", "1", 2);
  expect(await claimFence(db, { job: "a", token: "2" })).toEqual({ step: 2 });
});

test("a batch of an attempt that was taken over is refused and leaves nothing", async () => {
  await claimFence(db, { job: "b", token: "1" });
  await doStep("b", "1", 1);
  await claimFence(db, { job: "b", token: "2" });
  await expect(doStep("b", "1", 2)).rejects.toMatchObject({ code: "FENCE_LOST" });
  await doStep("b", "2", 2);
  expect(await effectsOf("b")).toEqual([1, 2]);
});

test("an attempt that takes over waits for the batch under way, and goes on after it", async () => {
  await claimFence(db, { job: "c", token: "1" });
  const [inBatch, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const batch = runFenced(db, { fence: { job: "c", token: "1" }, signal }, async () => {
    inBatch.resolve();
    await goOn.promise;
    return { step: 1 };
  });
  await inBatch.promise;
  const claimed = claimFence(db, { job: "c", token: "2" });
  await vi.waitUntil(async () => (await db.pool.query("select from pg_locks where not granted and pid <> pg_backend_pid()")).rowCount === 1);
  goOn.resolve();
  await batch;
  expect(await claimed).toEqual({ step: 1 });
});

test("a batch whose signal fires is undone", async () => {
  await claimFence(db, { job: "d", token: "1" });
  const stop = new AbortController();
  const batch = runFenced(db, { fence: { job: "d", token: "1" }, signal: stop.signal }, async (session) => {
    await session.query("insert into effects values ('d', 1)");
    stop.abort(new Error("stopped"));
    return { step: 1 };
  });
  await expect(batch).rejects.toThrow("stopped");
  expect(await effectsOf("d")).toEqual([]);
});

test("fences that nobody renewed for long are forgotten", async () => {
  await claimFence(db, { job: "e", token: "1" });
  expect(await purgeFences(db, new Date(Date.now() - 60_000))).toEqual([]);
  expect(await purgeFences(db, new Date(Date.now() + 60_000))).toContain("e");
});
