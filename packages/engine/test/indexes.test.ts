import { expect, test } from "vitest";
import { defineArchivePolicy } from "../src/archive/archive-policy.ts";
import { defineCleanupRule } from "../src/cleanup/cleanup-rule.ts";
import { testEngine } from "./test-engine.ts";

const rules = [
  defineCleanupRule({ name: "negative", table: "things", where: "amount < 0", why: "nothing is less than nothing" }),
  defineCleanupRule({ name: "twice", table: "things", duplicatesBy: ["owner", "title"], keepGreatest: ["id"], why: "one is enough" }),
  defineCleanupRule({ name: "orphan", table: "things", orphanOf: { table: "owners", key: "id", column: "owner" }, why: "all have owners" }),
];
const old = defineArchivePolicy({ name: "old", why: "nobody looks", move: { table: "things", to: "things_archive", age: "made_at", afterDays: 1 } });
const tables = `
  create table owners (id bigint primary key);
  create table things (id bigint primary key, owner bigint, title text, amount numeric, made_at timestamptz not null);
  create table things_archive (like things, archived_at timestamptz, run_id uuid, primary key (id, made_at));
  select partition_by_month('things_archive', 'made_at');
  create table things_archive_2026_01 partition of things_archive for values from ('2026-01-01Z') to ('2026-02-01Z');
  create table test_quarantine (id bigint primary key, run_id uuid)`;

test("indexes that a domain's facts ask for and that are not there are named, with what makes them", async () => {
  await using all = await testEngine({ cleanup: { quarantine: "test_quarantine", rules }, archive: [old] });
  await all.engine.db.pool.query(tables);
  const check = await all.engine.checkIndexes();
  expect(check).toMatchObject({ name: "indexes", state: "warning" });
  expect(check.advice?.split("; ")).toEqual([
    "create index concurrently on things (id) where (amount < 0)",
    "create index concurrently on things (owner, title)",
    "create index concurrently on things (made_at)",
    "create index concurrently on things_archive (run_id)",
    "create index concurrently on test_quarantine (run_id)",
  ]);
  await all.engine.db.pool.query(check.advice?.replaceAll(" concurrently", "") ?? "");
  expect(await all.engine.checkIndexes()).toMatchObject({ state: "ok" });
});
