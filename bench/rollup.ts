import { deepStrictEqual } from "node:assert";
import { fillDemo } from "@caretaker/domains";
import type { Engine, Rollup } from "@caretaker/engine";
import { startStack } from "@caretaker/stack";
import { type BenchmarkResult, compare, inTurn, secondsOf } from "./measure.ts";
import { openEngine } from "./open-engine.ts";

const runs = 5;
const [users, sessionsPerUser] = [5_000, 200];
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The daily rollup of 1,000,000 sessions: what has changed against everything, through queue and worker; the latest days have ten times the sessions of others. */
export async function run(): Promise<BenchmarkResult> {
  await using stack = await startStack();
  await using engine = await openEngine(stack, "worker");
  say(`filling ${users * sessionsPerUser} sessions of ${users} users`);
  await fillDemo(engine.db, { users, sessionsPerUser, asOf: new Date() });
  await using relay = engine.relay();
  await relay.ready;
  const host = engine.work({ name: "bench", concurrency: new Map([["analytics", 1]]) });
  host.start();
  await rollUp(engine, {});
  const after = async (change: string) => {
    await engine.db.pool.query(change);
    await handedOn(engine);
    return secondsOf(() => rollUp(engine, {}));
  };
  const figures = await inTurn(
    {
      threeDays: () => after(rateAgain("start_time >= current_date - 300 and start_time < current_date - 297")),
      threeLatest: () => after(rateAgain("start_time >= current_date - 3 and start_time < current_date")),
      newRows: () => after(addSessions),
      upsert: () => secondsOf(() => engine.db.pool.query(upsertAll(engine.domains[0]?.rollups?.[0] as Rollup))),
    },
    runs,
  );
  await checkSame(engine);
  await host.close(1_000);
  const { upsert } = figures;
  return {
    name: "rollup",
    runs,
    results: [
      compare("incremental-3", "runs/s", 1 / figures.threeDays, 1 / upsert, "everything by one upsert"),
      compare("incremental-3-latest", "runs/s", 1 / figures.threeLatest, 1 / upsert, "everything by one upsert"),
      compare("new-rows", "runs/s", 1 / figures.newRows, 1 / upsert, "everything by one upsert"),
    ],
  };
}

async function rollUp(engine: Engine, payload: object): Promise<void> {
  const { id } = await engine.enqueue("analytics", { domain: "learning", ...payload });
  const job = await engine.followJob("analytics", id, { signal: AbortSignal.timeout(600_000) });
  if (job?.state !== "completed") throw new Error(`the rollup did not complete: ${job?.error}`);
}

/** Resolves when relays have handed on all changes, as they have before a night's rollup. */
async function handedOn({ db }: Engine): Promise<void> {
  const waiting = { name: "bench-outbox", text: "select count(*)::int from change_outbox" };
  while ((await db.rows<[number]>(waiting, []))[0]?.[0] !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

const rateAgain = (where: string) =>
  `update study_sessions set effectiveness_rating = 1 + (coalesce(effectiveness_rating, 0) + 1) % 5, duration_minutes = duration_minutes + 1 where ${where}`;

/** A session of today for each fifth user. */
const addSessions = `
  insert into study_sessions (user_id, start_time, end_time, duration_minutes, effectiveness_rating)
  select id, now(), now(), 30, 4 from users where id % 5 = 0`;

/** What a script does each night: all days of all users, and a new version of each row. */
const upsertAll = ({ target: { table, day, columns }, subject: { column }, rows }: Rollup) => `
  with ranges as materialized (
    select row_number() over () as place, id as subject, '-infinity'::date as from_day, 'infinity'::date as to_day,
      '-infinity'::timestamptz as since, 'infinity'::timestamptz as until from (select distinct user_id as id from study_sessions) u
  )
  insert into ${table} (${[column, day, ...columns].join(", ")}) select ${[column, day, ...columns].join(", ")} from (${rows}) fresh
  on conflict (${column}, ${day}) do update set (${columns.join(", ")}) = row (${columns.map((name) => `excluded.${name}`).join(", ")})`;

/** What runs have left of what changed must be what a rebuild makes of everything, row for row. */
async function checkSame(engine: Engine): Promise<void> {
  const all = async () =>
    (await engine.db.pool.query("select md5(string_agg(a::text, ',' order by user_id, analysis_date)) as sum, count(*) from learning_analytics a"))
      .rows;
  const before = await all();
  await engine.db.pool.query("truncate learning_analytics");
  await rollUp(engine, { rebuild: true });
  deepStrictEqual(await all(), before);
}
