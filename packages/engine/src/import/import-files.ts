import type { Progress } from "@caretaker/contracts";
import { copyInto, type Db } from "@caretaker/db";
import type pg from "pg";
import type { ImportFacts, ImportFile, ImportResult } from "./import-facts.ts";
import { columnsOf, findFiles, readCsv } from "./read-csv.ts";

/** What an import is asked for. */
export interface ImportOptions {
  readonly dir: string;
  /** Moves all dates by whole days so that the newest becomes this one (`YYYY-MM-DD`). */
  readonly shiftTo?: string;
  /** The year of dates that are made up. */
  readonly year?: number;
  readonly onProgress?: (progress: Progress) => void;
}

type Refused = Record<string, number>;
const sqlTypes: Record<string, string> = { integer: "bigint", date: "date", instant: "timestamptz", number: "numeric", text: "text" };

/** Loads a domain's files in one transaction: by COPY into temporary tables, and from there into its own. Throws `ImportFileInvalid`. */
export async function importFiles(db: Db, facts: ImportFacts, options: ImportOptions): Promise<ImportResult> {
  const client = await db.pool.connect();
  try {
    await client.query("begin");
    await client.query("set local statement_timeout = 0");
    const refused = await stageFiles(client, facts, options);
    await client.query("create temp table import_options (shift_to date, year int) on commit drop");
    await client.query("insert into import_options values ($1, $2)", [options.shiftTo ?? null, options.year ?? null]);
    for (const statement of facts.merge) await client.query(statement);
    const rows = await countRows(client, facts);
    await client.query("commit");
    await client.query(`analyze ${Object.keys(facts.rows)}`);
    return { tables: Object.fromEntries(Object.entries(rows).map(([table, count]) => [table, { rows: count, refused: refused[table] ?? 0 }])) };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Reads all files into temporary tables; resolves to how many lines were refused, by table. */
async function stageFiles(client: pg.PoolClient, { files }: ImportFacts, { dir, onProgress }: ImportOptions): Promise<Refused> {
  const found = Object.entries(files).flatMap(([name, file]) => findFiles(dir, file).map((part) => ({ name, file, part })));
  const total = found.reduce((sum, { part }) => sum + part.bytes, 0);
  const refused: Refused = {};
  let current = 0;
  for (const [name, file] of Object.entries(files)) await stage(client, name, file);
  for (const { name, file, part } of found) {
    const onBytes = (bytes: number) => {
      current += bytes;
      onProgress?.({ current, total, status: `reading ${part.name}` });
    };
    const onRefused = () => {
      refused[file.table] = (refused[file.table] ?? 0) + 1;
    };
    await copyInto(client, name, Object.keys(columnsOf(file)), readCsv(file, part, { onBytes, onRefused }));
    await client.query(`analyze ${name}`);
  }
  onProgress?.({ current: total, total, status: "merging" });
  return refused;
}

const stage = (client: pg.PoolClient, table: string, file: ImportFile) =>
  client.query(
    `create temp table ${table} (${Object.entries(columnsOf(file))
      .map(([column, kind]) => `${column} ${sqlTypes[kind.replace("?", "")]}`)
      .join(", ")}) on commit drop`,
  );

async function countRows(client: pg.PoolClient, { rows: expressions }: ImportFacts): Promise<Record<string, number>> {
  const { rows } = await client.query(`select ${Object.entries(expressions).map(([table, expression]) => `(${expression})::int as ${table}`)}`);
  return rows[0];
}
