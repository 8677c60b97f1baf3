import { createDb, type Db, migrate } from "@caretaker/db";
import { testDatabase } from "@caretaker/stack/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url });
  await migrate(db);
  await db.pool.query(`
    create table visits (id int generated always as identity, member text, at timestamptz, ended boolean);
    select capture_changes('visits', subject => 'member', at => 'at', warms => 'ended')`);
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => db.pool.query("truncate visits; truncate change_outbox"));

interface Noted {
  subject: string | null;
  instants: string[] | null;
  warm: boolean;
}
/** What statements left in the outbox, each time as text in UTC. */
async function noted(...statements: string[]): Promise<Noted[]> {
  await db.pool.query("truncate change_outbox");
  for (const statement of statements) await db.pool.query(statement);
  return (await db.pool.query("select subject, instants::timestamp[]::text[] as instants, warm from change_outbox order by subject, id")).rows;
}

test("a statement leaves one row for each subject, with the quarters of an hour that its rows are of", async () => {
  const three =
    "insert into visits (member, at) values ('b', '2026-01-01 10:07Z'), ('a', '2026-01-01 10:14Z'), ('a', '2026-01-01 10:15Z'), ('a', '2026-01-01 10:16Z')";
  expect(await noted(three)).toEqual([
    { subject: "a", instants: ["2026-01-01 10:00:00", "2026-01-01 10:15:00"], warm: true },
    { subject: "b", instants: ["2026-01-01 10:00:00"], warm: true },
  ]);
  expect(await noted("insert into visits (member, at) values ('c', '2026-01-02 10:59Z')")).toEqual([
    { subject: "c", instants: ["2026-01-02 10:45:00"], warm: true },
  ]);
});

test("rows that move from one subject and time to another concern both", async () => {
  await db.pool.query("insert into visits (member, at) values ('a', '2026-01-01 10:00Z')");
  expect(await noted("update visits set member = 'b', at = '2026-02-01 10:00Z'")).toEqual([
    { subject: "a", instants: ["2026-01-01 10:00:00"], warm: false },
    { subject: "b", instants: ["2026-02-01 10:00:00"], warm: false },
  ]);
});

test("a row that begins to fulfil the condition is wanted warm, one that goes on to or is deleted is not", async () => {
  await db.pool.query("insert into visits (member, at, ended) values ('a', '2026-01-01Z', false), ('b', '2026-01-01Z', true)");
  expect(await noted("update visits set ended = true")).toMatchObject([
    { subject: "a", warm: true },
    { subject: "b", warm: false },
  ]);
  expect(await noted("delete from visits where member = 'a'")).toMatchObject([{ subject: "a", warm: false }]);
});

test("what is rolled back, touches no row, is about nobody or is only moved leaves nothing", async () => {
  const insert = "insert into visits (member, at) values ('a', '2026-01-01Z')";
  expect(await noted(`begin; ${insert}; rollback`)).toEqual([]);
  expect(await noted("delete from visits where false", "insert into visits (at) values (now())")).toEqual([]);
  expect(await noted(`begin; select set_config('caretaker.capture', 'off', true); ${insert}; commit`)).toEqual([]);
  expect(await noted(insert)).toHaveLength(1);
});

test("a truncation is about everybody", async () => {
  expect(await noted("truncate visits")).toEqual([{ subject: null, instants: null, warm: false }]);
});

test("rows without a time, or with one at the end of time, don't keep their writer from writing", async () => {
  expect(
    await noted("insert into visits (member, at) values ('a', null)", "insert into visits (member, at) values ('b', 'infinity'), ('b', null)"),
  ).toMatchObject([
    { subject: "a", instants: null },
    { subject: "b", instants: ["infinity"] },
  ]);
});
