import { testDatabase } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { createDb } from "./db.ts";
import type { SlowWork } from "./watch-slow.ts";

test("what takes longer than a second is told of by its name or how it begins, whoever asked it, and nothing else", async () => {
  await using database = await testDatabase();
  const slow: SlowWork[] = [];
  await using db = createDb({ url: database.url, onSlow: (work) => slow.push(work) });
  const nap = "select  pg_sleep($1)\n  as slept";
  await db.pool.query(nap, [0]);
  await db.timed("batch", "quick", async () => {});
  await Promise.all([
    db.pool.query(nap, [1.1]),
    db.rows({ name: "a-nap", text: "select pg_sleep($1)" }, [1.1]),
    db.session((session) => session.query(nap, [1.1])),
    db.timed("batch", "step 1", () => db.session((session) => session.query("select 1 from pg_sleep(1.1)"))),
    db.pool.query("select 1 / length(pg_sleep(1.1)::text)").catch(() => {}),
  ]);
  expect(slow.map(({ what, name }) => `${what} ${name}`).sort()).toEqual([
    "batch step 1",
    "query a-nap",
    "query select 1 / length(pg_sleep(1.1)::text)",
    "query select 1 from pg_sleep(1.1)",
    "query select pg_sleep($1) as slept",
    "query select pg_sleep($1) as slept",
  ]);
  expect(slow.every(({ ms }) => ms > 1_000)).toBe(true);
});
