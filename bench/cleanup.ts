import { randomUUID } from "node:crypto";
import { watchLocks } from "./archive/lock-watch.ts";
import { openSessionsLab, type SessionsLab } from "./archive/sessions-lab.ts";
import { type BenchmarkResult, compare, inTurn, median } from "./measure.ts";

const runs = 5;
const watchedRuns = 3;
const limitMs = 50;

/** What makes one row in a hundred wrong, and the one statement that takes those into quarantine. */
interface Dirt {
  readonly rule: string;
  readonly table: string;
  readonly make: (place: number) => string;
  readonly condition: string;
}

const dirts: Readonly<Record<string, Dirt>> = {
  invalid: {
    rule: "negative-duration",
    table: "study_sessions",
    make: (place) => `update study_sessions set duration_minutes = -1 where id % 100 = ${place}`,
    condition: "duration_minutes < 0",
  },
  orphans: {
    rule: "orphan-session",
    table: "study_sessions",
    make: (place) => `update study_sessions set user_id = user_id + 1000000 where id % 100 = ${place}`,
    condition: "not exists (select from users where users.id = user_id)",
  },
  duplicates: {
    rule: "duplicate-progress",
    table: "course_progress",
    make: (place) =>
      `insert into course_progress (user_id, content_id, updated_at) select user_id, content_id, '2000-01-01' from course_progress where id % 100 = ${place}`,
    condition: `id in (select id from (select id, row_number() over (partition by user_id, content_id order by updated_at desc, id desc) as place from course_progress) ranked where place > 1)`,
  },
};

/** Cleanup of one row in a hundred of 2,000,000 sessions, or as many as a number after the name says, and half as many courses, each against one statement. */
export async function run(): Promise<BenchmarkResult> {
  const rows = Number(process.argv[3]) || 2_000_000;
  await using lab = await openSessionsLab(rows);
  await fillCourses(lab, Math.round(rows / 2));
  const longest: number[] = [];
  let place = 0;
  const results = [];
  for (const [metric, dirt] of Object.entries(dirts)) {
    const dirty = async <T>(work: () => Promise<T>) => {
      await makeDirt(lab, dirt, place++);
      return work();
    };
    const ours = () => lab.run("cleanup", { rules: [dirt.rule] });
    const figures = await inTurn(
      {
        ours: () => dirty(ours),
        script: () => dirty(() => oneStatement(lab, dirt, { ourIndexes: false })),
        indexed: () => dirty(() => oneStatement(lab, dirt, { ourIndexes: true })),
      },
      runs,
    );
    process.stderr.write(`${metric}: ${JSON.stringify(figures)}\n`);
    results.push(compare(metric, "ms", figures.ours, figures.script, "one DELETE into quarantine, without our indexes"));
    results.push(compare(`${metric}-indexed`, "ms", figures.ours, figures.indexed, "the same DELETE with our indexes"));
    for (let run = 0; run < watchedRuns; run += 1) longest.push(await dirty(() => longestOf(lab, dirt, ours)));
  }
  return {
    name: `cleanup (${rows.toLocaleString("en")})`,
    runs,
    results: [...results, compare("longest-transaction", "ms", median(longest), limitMs, "limit")],
  };
}

/** The longest transaction of a run, which is slower for being watched. */
async function longestOf({ databaseUrl }: SessionsLab, { table }: Dirt, run: () => Promise<unknown>): Promise<number> {
  const watch = await watchLocks(databaseUrl, table);
  await run();
  return watch.stop();
}

async function fillCourses({ engine }: SessionsLab, rows: number): Promise<void> {
  const { pool } = engine.db;
  await pool.query(
    `insert into course_progress (user_id, content_id) select 1 + g % 20000, 'course ' || g / 20000 from generate_series(0, $1::int - 1) g`,
    [rows],
  );
  await pool.query("vacuum analyze course_progress");
}

async function makeDirt({ engine }: SessionsLab, { make, table }: Dirt, place: number): Promise<void> {
  const client = await engine.db.pool.connect();
  await client.query("set caretaker.capture = 'off'");
  await client.query(make(place));
  await client.query(`vacuum ${table}`);
  client.release(true);
}

/** What a script does in one go; `ourIndexes` says whether the migrations' indexes for the rules serve it, which scripts don't have. */
async function oneStatement({ engine }: SessionsLab, { rule, table, condition }: Dirt, { ourIndexes }: { ourIndexes: boolean }): Promise<number> {
  const client = await engine.db.pool.connect();
  if (!ourIndexes) await client.query("set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off");
  const began = performance.now();
  await client.query(
    `with gone as (delete from ${table} where ${condition} returning *)
     insert into learning_quarantine (table_name, row_key, rule, run_id, "row") select '${table}', id::text, '${rule}', '${randomUUID()}', to_jsonb(gone) from gone`,
  );
  const ms = performance.now() - began;
  client.release(true);
  return ms;
}
