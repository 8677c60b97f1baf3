import { randomUUID } from "node:crypto";
import { besideArchive } from "./archive/beside.ts";
import { watchLocks } from "./archive/lock-watch.ts";
import { moveByOrm } from "./archive/move-by-orm.ts";
import { measurePurge } from "./archive/purge.ts";
import { asOfFor, openSessionsLab, type SessionsLab } from "./archive/sessions-lab.ts";
import { type BenchmarkResult, compare, inTurn, median } from "./measure.ts";

const say = (what: string, figures: object) => process.stderr.write(`${what}: ${JSON.stringify(figures)}\n`);
const runs = 5;
const limitMs = 50;
const batchSize = 2_000;
const [watchedRuns, watchedRows] = [3, 20_000];
const ormRows = 300;
const policies = ["study-sessions"];

/** Archive runs over 2,000,000 sessions, or as many as a number after the name says, against one statement that moves as much, and against an ORM. */
export async function run(): Promise<BenchmarkResult> {
  const rows = Number(process.argv[3]) || 2_000_000;
  await using lab = await openSessionsLab(rows);
  const slice = Math.floor(rows / (3 * (runs + 1) + 4));
  const figures = await inTurn(
    {
      one: () => perSecond(lab, slice, (cutoff) => lab.run("archive", { policies, batchSize, asOf: asOfFor(cutoff) })),
      single: () => perSecond(lab, slice, (cutoff) => oneStatement(lab, cutoff)),
      two: () => perSecond(lab, slice, (cutoff) => both(lab, asOfFor(cutoff))),
      orm: () => perSecond(lab, ormRows, (cutoff) => moveByOrm(lab.engine.db.pool, cutoff, randomUUID(), ormRows)),
    },
    runs,
  );
  say("moves", figures);
  const longest = await longestTransaction(lab, watchedRows);
  const beside = await besideArchive(lab, runs);
  say("beside an application", beside);
  const purge = await measurePurge(lab, runs);
  return {
    name: `archive (${rows.toLocaleString("en")})`,
    runs,
    results: [
      compare("move-1", "rows/s", figures.one, figures.single, "one INSERT … SELECT and DELETE"),
      compare("move-2", "rows/s", figures.two, figures.single, "one INSERT … SELECT and DELETE"),
      compare("vs-orm", "rows/s", figures.one, figures.orm, "row by row through Drizzle"),
      compare("longest-transaction", "ms", longest, limitMs, "limit"),
      compare("beside-p99", "ms", beside.beside, beside.alone, "an application without an archive run beside it"),
      compare("purge-locks", "ms", purge.lockedMs, 10, "limit"),
      compare("purge-500k", "ms", purge.ms, purge.deleteMs, "DELETE of the same rows"),
    ],
  };
}

/** Rows a second of a slice; dead rows of the slice before are gone. */
async function perSecond(lab: SessionsLab, rows: number, move: (cutoff: Date) => Promise<number>): Promise<number> {
  await lab.engine.db.pool.query("vacuum study_sessions");
  return (rows * 1_000) / (await move(lab.nextCutoff(rows)));
}

/** The longest transaction of some runs, which are slower for being watched; median. */
async function longestTransaction(lab: SessionsLab, rows: number): Promise<number> {
  const longest: number[] = [];
  for (let run = 0; run < watchedRuns; run += 1) {
    const watch = await watchLocks(lab.databaseUrl, "study_sessions");
    await perSecond(lab, rows, (cutoff) => lab.run("archive", { policies, batchSize, asOf: asOfFor(cutoff) }));
    longest.push(await watch.stop());
  }
  return median(longest);
}

/** Two jobs for the same rows, so that each worker has one. */
async function both(lab: SessionsLab, asOf: string): Promise<number> {
  const began = performance.now();
  await Promise.all([batchSize, batchSize - 1].map((rows) => lab.run("archive", { policies, asOf, batchSize: rows })));
  return performance.now() - began;
}

const moved =
  "user_id, start_time, end_time, duration_minutes, content_covered, effectiveness_rating, focus_score, break_count, is_active, notes, course_progress_id, subject_category, learning_environment, device_type, created_at, updated_at, id";

async function oneStatement({ engine }: SessionsLab, cutoff: Date): Promise<number> {
  const client = await engine.db.pool.connect();
  const began = performance.now();
  const old = `start_time < '${cutoff.toISOString()}' and not is_active`;
  await client.query(`begin; set local caretaker.capture = 'off'; set local statement_timeout = 0;
    insert into study_sessions_archive (${moved}, archived_at, run_id) select ${moved}, now(), '${randomUUID()}' from study_sessions where ${old};
    delete from study_sessions where ${old}; commit`);
  client.release();
  return performance.now() - began;
}
