import pg from "pg";
import { inTurn } from "../measure.ts";
import type { SessionsLab } from "./sessions-lab.ts";

const rows = 500_000;
const dayMs = 86_400_000;

/** Months of 500,000 archived rows each, purged: how long it takes, how long a reader of the archive waits at most, and what a DELETE takes. */
export async function measurePurge(lab: SessionsLab, runs: number): Promise<{ ms: number; lockedMs: number; deleteMs: number }> {
  const { pool } = lab.engine.db;
  let month = 0;
  const waits: number[] = [];
  const figures = await inTurn(
    {
      async drop() {
        const [from, to] = await fillMonth(pool, month++);
        const reader = await readAlways(lab.databaseUrl);
        const asOf = new Date(to.getTime() + 1_095 * dayMs).toISOString();
        const ms = await lab.run("archive", { policies: ["study-sessions"], asOf, archiveOlderThanDays: 30_000 });
        waits.push(await reader.stop());
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
  return { ms: figures.drop, deleteMs: figures.delete, lockedMs: waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)] ?? 0 };
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

/** A reader of other months; resolves to its longest wait beyond its usual one, ms. */
async function readAlways(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "caretaker bench" });
  await client.connect();
  const times: number[] = [];
  let reading = true;
  const done = (async () => {
    while (reading) {
      const began = performance.now();
      await client.query({
        name: "read",
        text: "select count(*) from study_sessions_archive where user_id = $1 and start_time >= '2022-01-01'",
        values: [7],
      });
      times.push(performance.now() - began);
    }
  })();
  return {
    async stop(): Promise<number> {
      reading = false;
      await done;
      await client.end();
      const sorted = times.toSorted((a, b) => a - b);
      return (sorted.at(-1) ?? 0) - (sorted[Math.floor(sorted.length / 2)] ?? 0);
    },
  };
}
