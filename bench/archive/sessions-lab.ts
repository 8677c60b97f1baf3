import type { Engine } from "@caretaker/engine";
import { startStack } from "@caretaker/stack";
import { openEngine } from "../open-engine.ts";

const users = 20_000;
const rowsAtOnce = 200_000;
const secondsApart = 30;
const firstStart = Date.UTC(2022, 0, 1);
const dayMs = 86_400_000;

export interface SessionsLab extends AsyncDisposable {
  readonly engine: Engine;
  readonly databaseUrl: string;
  /** Runs a job to its end, in milliseconds of it. */
  run(queue: "archive" | "cleanup", payload: object): Promise<number>;
  /** The next so many of the oldest sessions: what is older than this is archived. */
  nextCutoff(rows: number): Date;
}

/** 20,000 users and so many ended sessions, one every 30 seconds, in the order of their start, and two workers for maintenance jobs. */
export async function openSessionsLab(rows: number): Promise<SessionsLab> {
  await using opened = new AsyncDisposableStack();
  const stack = opened.use(await startStack());
  const engine = opened.use(await openEngine(stack, "worker"));
  await fill(engine, rows);
  for (const name of ["first", "second"]) {
    const host = engine.work({ name, concurrency: new Map([["archive", 1] as const, ["cleanup", 1] as const]) });
    host.start();
    opened.defer(() => host.close(0));
  }
  let taken = 0;
  const all = opened.move();
  return {
    engine,
    databaseUrl: stack.databaseUrl,
    async run(queue, payload) {
      const { id } = await engine.enqueue(queue, { domain: "learning", ...payload });
      const job = await engine.followJob(queue, id, { signal: AbortSignal.timeout(600_000) });
      if (job?.state !== "completed") throw new Error(`${queue} job ${job?.state}: ${job?.error}`);
      return (job.result as { ms: number }).ms;
    },
    nextCutoff(count) {
      taken += count;
      return new Date(firstStart + taken * secondsApart * 1_000);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The `asOf` of a run that archives what is older than a cutoff. */
export const asOfFor = (cutoff: Date): string => new Date(cutoff.getTime() + 365 * dayMs).toISOString();

const insertUsers = `insert into users (id, email, username, is_active, last_login) select g, 'u' || g, 'u' || g, true, now() from generate_series(1, ${users}) g`;
const insertSessions = `
  insert into study_sessions (user_id, start_time, end_time, duration_minutes, content_covered, effectiveness_rating, focus_score, break_count, subject_category, learning_environment, device_type)
  select 1 + (g * 7919) % ${users}, start_time, start_time + interval '40 minutes', 40, 'chapter ' || g % 40, 1 + g % 5, (g % 100) / 100.0, g % 4, 'history', 'home', 'laptop'
  from generate_series($1::bigint, $2::bigint) g, lateral (select timestamptz '${new Date(firstStart).toISOString()}' + g * interval '${secondsApart} seconds' as start_time) at`;
const makeMonths = `
  do $$ begin
    for month in 0..47 loop
      execute format('create table %I partition of study_sessions_archive for values from (%L) to (%L)', 'study_sessions_archive_' || to_char(date '2022-01-01' + make_interval(months => month), 'YYYY_MM'),
        (date '2022-01-01' + make_interval(months => month)) at time zone 'UTC', (date '2022-01-01' + make_interval(months => month + 1)) at time zone 'UTC');
    end loop;
  end $$`;

/** Rows that were archived before, in months to come. */
const insertArchived = `
  insert into study_sessions_archive (id, user_id, start_time, run_id)
  select 200000000 + g, 1 + g % ${users}, timestamptz '2025-01-01Z' + g * interval '20 seconds', '00000000-0000-0000-0000-000000000000' from generate_series(1, $1::bigint) g`;

async function fill({ db }: Engine, rows: number): Promise<void> {
  const client = await db.pool.connect();
  await client.query("set caretaker.capture = 'off'");
  await client.query(insertUsers);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    await client.query(insertSessions, [from, Math.min(rows, from + rowsAtOnce) - 1]);
    process.stderr.write(`\r${Math.min(rows, from + rowsAtOnce).toLocaleString("en")} sessions`);
  }
  process.stderr.write("\n");
  await client.query(makeMonths);
  await client.query(insertArchived, [Math.round(rows / 2)]);
  await client.query("vacuum analyze users, study_sessions, study_sessions_archive");
  client.release(true);
}
