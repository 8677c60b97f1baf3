import type pg from "pg";
import { inTurn, median } from "../measure.ts";
import { watchLocks } from "./lock-watch.ts";
import type { SessionsLab } from "./sessions-lab.ts";

const rows = 500_000;
const dayMs = 86_400_000;

/** Nothing is purged before it is rolled up. */
const rolledUp = `truncate change_outbox, rollup_windows; insert into rollups (name, source, built_at) values ('learning.daily', 'study_sessions', now())`;

/** Months of 500,000 archived rows each, purged: how long it takes, how long the archive is locked at most, and what a DELETE takes. */
export async function measurePurge(lab: SessionsLab, runs: number): Promise<{ ms: number; lockedMs: number; deleteMs: number }> {
  const { pool } = lab.engine.db;
  await pool.query(rolledUp);
  let month = 0;
  const locked: number[] = [];
  const figures = await inTurn(
    {
      async drop() {
        const [from, to] = await fillMonth(pool, month++);
        const watch = await watchLocks(lab.databaseUrl, "study_sessions_archive", "AccessExclusiveLock");
        const asOf = new Date(to.getTime() + 1_095 * dayMs).toISOString();
        const ms = await lab.run("archive", { policies: ["study-sessions"], asOf, archiveOlderThanDays: 30_000 });
        locked.push(await watch.stop());
        const left = await pool.query("select from study_sessions_archive where start_time >= $1 and start_time < $2 limit 1", [from, to]);
        if (left.rowCount) throw new Error("the month is not purged");
        return ms;
      },
      async delete() {
        const [from, to] = await fillMonth(pool, month++);
        const began = performance.now();
        await pool.query("delete from study_sessions_archive where start_time >= $1 and start_time < $2", [from, to]);
        return performance.now() - began;
      },
    },
    runs,
  );
  return { ms: figures.drop, deleteMs: figures.delete, lockedMs: median(locked) };
}

/** Months long before those of the sessions. */
async function fillMonth(pool: pg.Pool, place: number): Promise<[Date, Date]> {
  const bound = (months: number) => new Date(Date.UTC(1990, place + months));
  const [from, to] = [bound(0), bound(1)];
  const name = `study_sessions_archive_${from.toISOString().slice(0, 7).replace("-", "_")}`;
  await pool.query(`create table ${name} partition of study_sessions_archive for values from ('${from.toISOString()}') to ('${to.toISOString()}')`);
  await pool.query(
    `insert into study_sessions_archive (id, user_id, start_time, run_id)
     select 100000000 + g, g % 20000, $1::timestamptz + g * interval '4 seconds', '00000000-0000-0000-0000-000000000000' from generate_series(0, ${rows - 1}) g`,
    [from],
  );
  await pool.query(`vacuum analyze ${name}`);
  return [from, to];
}
