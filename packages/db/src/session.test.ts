import { testDatabase } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { createDb, type Db } from "./db.ts";

const sleep = { name: "test-sleep", text: "select pg_sleep($1)::text" };
const other = { name: "test-other", text: "select 1" };

async function openDb(poolSize: number) {
  const database = await testDatabase();
  const db = createDb({ url: database.url, poolSize });
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** How many sleeps run at the server, seen over another connection. */
const sleeping = (db: Db) =>
  db.pool
    .query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid() and state = 'active'",
    )
    .then(({ rows }) => rows[0].n as number);

test("a statement whose signal fires is gone from the server, and the reason is thrown", async () => {
  await using opened = await openDb(2);
  const stop = new AbortController();
  const rows = opened.db.rows(sleep, [300], { signal: stop.signal });
  await vi.waitUntil(async () => (await sleeping(opened.db)) === 1);
  stop.abort(new Error("enough"));
  await expect(rows).rejects.toThrow("enough");
  await vi.waitUntil(async () => (await sleeping(opened.db)) === 0);
});

test("a statement is cancelled when the pool has no connection left for it, and the pool works on", async () => {
  await using opened = await openDb(1);
  const stop = new AbortController();
  const rows = opened.db.counted({ signal: stop.signal }).rows(sleep, [300]);
  await vi.waitUntil(() => opened.db.pool.totalCount === 1);
  stop.abort(new Error("enough"));
  await expect(rows).rejects.toThrow("enough");
  expect(await opened.db.rows(other, [])).toEqual([[1]]);
});

test("nothing is asked once the signal has fired", async () => {
  await using opened = await openDb(1);
  await expect(opened.db.rows(other, [], { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
  expect(opened.db.pool.totalCount).toBe(0);
});

test("a transaction's statement is cancelled, and what it did before is undone", async () => {
  await using opened = await openDb(2);
  await opened.db.pool.query("create table facts (n int)");
  const stop = new AbortController();
  const work = opened.db.session(
    async (client) => {
      await client.query("begin");
      await client.query("insert into facts values (1)");
      await client.query(sleep.text, [300]);
    },
    { signal: stop.signal },
  );
  await vi.waitUntil(async () => (await sleeping(opened.db)) === 1);
  stop.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
  expect((await opened.db.pool.query("select * from facts")).rowCount).toBe(0);
});

test("a connection that breaks between two statements of a transaction is an error of the work, and the pool works on", async () => {
  await using opened = await openDb(2);
  const began = Promise.withResolvers<number>();
  const work = opened.db.session(async (client) => {
    await client.query("begin");
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    began.resolve(rows[0]?.pid ?? 0);
    await new Promise<void>((resolve) => client.once("end", resolve)); // events.once would listen for errors as well
    await client.query("commit");
  });
  const failed = expect(work).rejects.toThrow(); // the work may fail before this query is answered
  await opened.db.pool.query("select pg_terminate_backend($1)", [await began.promise]);
  await failed;
  expect(await opened.db.rows(other, [])).toEqual([[1]]);
});
