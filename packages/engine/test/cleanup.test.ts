import type { CleanupResult } from "@caretaker/contracts";
import { expect, test } from "vitest";
import { readTable } from "../src/batches/table-facts.ts";
import { type CleanupRule, defineCleanupRule } from "../src/cleanup/cleanup-rule.ts";
import { takeOut } from "../src/cleanup/take-out.ts";
import { testEngine } from "./test-engine.ts";

const negative = defineCleanupRule({ name: "negative", table: "things", where: "amount < 0", why: "nothing is less than nothing" });
const huge = defineCleanupRule({ name: "huge", table: "things", where: "amount > 100 or amount < -100", why: "nothing is so much" });
const twice = defineCleanupRule({
  name: "twice",
  table: "things",
  duplicatesBy: ["owner", "title"],
  keepGreatest: ["made_at", "id"],
  why: "one of each is enough",
});
const orphan = defineCleanupRule({
  name: "orphan",
  table: "things",
  orphanOf: { table: "owners", key: "id", column: "owner" },
  why: "all have owners",
});
const rules: readonly CleanupRule[] = [negative, huge, twice, orphan];

/** 4,000 things of 200 owners: of each kind of dirt some, and some that several rules match. */
const tables = `
  create table owners (id bigint primary key);
  create table things (id bigint primary key, owner bigint, title text, amount numeric(8, 2), made_at timestamptz not null);
  create table test_quarantine (id bigint primary key generated always as identity, table_name text not null, row_key text not null, rule text not null,
    run_id uuid not null, quarantined_at timestamptz not null default clock_timestamp(), "row" jsonb not null);
  create index on things (owner, title);
  insert into owners select g from generate_series(1, 200) g;
  insert into things select g, case when g % 97 = 0 then null when g % 53 = 0 then 1000 + g else 1 + g % 200 end, 'title ' || g / 200,
    case when g % 31 = 0 then -1 when g % 67 = 0 then -200.5 when g % 41 = 0 then 101 when g % 7 = 0 then null else g % 100 end,
    timestamptz '2026-01-01 00:00:00.123456+00' + g * interval '1 second' from generate_series(1, 4000) g;
  insert into things select 10000 + g, 1 + g % 200, 'title ' || g / 200, case when g % 5 = 0 then -7 else 1 end, timestamptz '2026-01-01' + (g % 3) * interval '1 day'
    from generate_series(1, 300) g`;

async function withThings() {
  const all = await testEngine({ cleanup: { quarantine: "test_quarantine", rules } });
  await all.engine.db.pool.query(tables);
  const run = async (payload: object = {}) => {
    const { id } = await all.engine.enqueue("cleanup", { domain: "test", ...payload });
    const job = await all.ended(id, "cleanup");
    expect(job?.error).toBeNull();
    return job?.result as CleanupResult;
  };
  const everything = () => all.query("select things::text as row from things order by id");
  return { ...all, run, everything };
}

const matchesOf = ({ rules: counts }: CleanupResult) => Object.fromEntries(Object.entries(counts).map(([name, { matched }]) => [name, matched]));

test("a dry run counts what a run takes out, rule by rule, and changes nothing; a second run finds nothing", async () => {
  await using all = await withThings();
  all.work();
  const before = await all.everything();
  const dry = await all.run({ dryRun: true });
  expect(await all.everything()).toEqual(before);
  expect(Object.values(matchesOf(dry)).every((matched) => matched > 10)).toBe(true);

  const done = await all.run({ batchSize: 30 });
  expect(matchesOf(done)).toEqual(matchesOf(dry));
  for (const { matched, removed } of Object.values(done.rules)) expect(removed).toBe(matched);
  const taken = await all.query<{ rule: string; rows: number }>("select rule, count(*)::int as rows from test_quarantine group by rule");
  expect(Object.fromEntries(taken.map(({ rule, rows }) => [rule, rows]))).toEqual(matchesOf(dry));
  expect((await all.everything()).length + taken.reduce((sum, { rows }) => sum + rows, 0)).toBe(before.length);
  expect(Object.values(matchesOf(await all.run())).every((matched) => matched === 0)).toBe(true);
});

test("what is left is what each rule leaves by a plain statement", async () => {
  await using all = await withThings();
  all.work();
  await all.query("create table expected as table things");
  await all.query("delete from expected where amount < 0");
  await all.query("delete from expected where amount > 100 or amount < -100");
  await all.query(`delete from expected where id in (select id from
    (select id, row_number() over (partition by owner, title order by made_at desc, id desc) as place from expected where owner is not null) ranked where place > 1)`);
  await all.query("delete from expected where owner not in (select id from owners)");
  await all.run({ batchSize: 1_000 });
  expect(await all.everything()).toEqual(await all.query("select expected::text as row from expected order by id"));
});

test("only the rules that were named are applied, and an unknown one is refused", async () => {
  await using all = await withThings();
  all.work();
  expect(Object.keys((await all.run({ rules: ["huge"] })).rules)).toEqual(["huge"]);
  expect(await all.query("select distinct rule from test_quarantine")).toEqual([{ rule: "huge" }]);
  await expect(all.engine.enqueue("cleanup", { domain: "test", rules: ["nope"] })).rejects.toMatchObject({ code: "PAYLOAD_INVALID" });
});

test("a row that somebody holds, or that has changed since it was found, is kept", async () => {
  await using all = await withThings();
  const { db } = all.engine;
  await using holder = await heldRow(db.pool, "update things set amount = amount where id = 31");
  await all.query("update things set amount = 1 where id = 62");
  const table = await readTable(db, "things");
  const taken = await db.session((session) =>
    takeOut(session, { rule: negative, table, quarantine: "test_quarantine", runId: crypto.randomUUID() }, ["31", "62", "93"]),
  );
  expect(taken).toBe(1);
  await holder.commit();
  expect(await all.query("select row_key from test_quarantine")).toEqual([{ row_key: "93" }]);
});

test("restoring a run brings back every row as it was", async () => {
  await using all = await withThings();
  all.work();
  const before = await all.everything();
  const { id } = await all.engine.enqueue("cleanup", { domain: "test" });
  await all.ended(id, "cleanup");
  expect((await all.everything()).length).toBeLessThan(before.length);
  const restore = await all.engine.restore(id);
  const taken = before.length - (await all.everything()).length;
  expect(await all.ended(restore.id, "archive")).toMatchObject({ error: null, result: { tables: { things: { restored: taken, taken: 0 } } } });
  expect(await all.everything()).toEqual(before);
  expect(await all.query("select * from test_quarantine")).toEqual([]);
});

async function heldRow(pool: Awaited<ReturnType<typeof testEngine>>["engine"]["db"]["pool"], statement: string) {
  const client = await pool.connect();
  await client.query("begin");
  await client.query(statement);
  return {
    commit: () => client.query("commit"),
    async [Symbol.asyncDispose]() {
      client.release();
    },
  };
}
