import { copyInto } from "@caretaker/db";
import type { ImportContext, ImportResult } from "@caretaker/engine";
import type pg from "pg";
import { makeShift, mergeOulad } from "./import/merge-oulad.ts";
import { ouladFiles } from "./import/oulad-files.ts";
import { type ColumnKind, type CsvFile, readCsv, sizeOf } from "./import/read-csv.ts";

type FileName = keyof typeof ouladFiles;
const files = Object.entries(ouladFiles) as [FileName, CsvFile][];
const sqlTypes: Record<string, string> = { integer: "bigint", date: "date", number: "numeric", text: "text" };

/** Where the lines of a file go, for counting those that are refused. */
const tableOf: Record<FileName, "users" | "course_progress" | "study_sessions"> = {
  courses: "course_progress",
  enrolments: "course_progress",
  registrations: "users",
  submissions: "course_progress",
  study_days: "study_sessions",
};

/**
 * Loads the files of the OULAD (see `oulad-files.ts`) in one transaction: by COPY into temporary tables, and from there
 * what is new or different into the domain's own.
 */
export async function importFiles({ db, dir, shiftTo, onProgress }: ImportContext): Promise<ImportResult> {
  const total = files.reduce((sum, [, file]) => sum + sizeOf(dir, file), 0);
  const refused = { users: 0, course_progress: 0, study_sessions: 0 };
  const client = await db.pool.connect();
  try {
    await client.query("begin");
    await client.query("set local statement_timeout = 0");
    let current = 0;
    for (const [name, file] of files) {
      await stage(client, name, file.columns);
      const onBytes = (bytes: number) => {
        current += bytes;
        onProgress({ current, total, status: `reading ${file.name}` });
      };
      const onRefused = () => {
        refused[tableOf[name]] += 1;
      };
      await copyInto(client, name, Object.keys(file.columns), readCsv(dir, file, { onBytes, onRefused }));
      await client.query(`analyze ${name}`);
    }
    onProgress({ current: total, total, status: "merging" });
    await client.query(makeShift.table);
    await client.query(makeShift.row, [shiftTo ?? null]);
    for (const statement of mergeOulad) await client.query(statement);
    const rows = await countRows(client);
    await client.query("commit");
    await client.query("analyze users, course_progress, study_sessions");
    return {
      tables: Object.fromEntries(
        Object.entries(rows).map(([table, count]) => [table, { rows: count, refused: refused[table as keyof typeof refused] }]),
      ),
    };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

const stage = (client: pg.PoolClient, table: string, columns: Readonly<Record<string, ColumnKind>>) =>
  client.query(
    `create temp table ${table} (${Object.entries(columns)
      .map(([column, kind]) => `${column} ${sqlTypes[kind.replace("?", "")]}`)
      .join(", ")}) on commit drop`,
  );

/** How many rows the files made, table by table. */
async function countRows(client: pg.PoolClient): Promise<Record<string, number>> {
  const { rows } = await client.query(`select (select count(distinct user_id) from enrolled)::int as users,
    (select count(*) from progress)::int as course_progress, (select count(*) from sessions)::int as study_sessions`);
  return rows[0];
}
