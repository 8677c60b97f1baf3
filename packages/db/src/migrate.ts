import { readFile } from "node:fs/promises";
import type { Db } from "./db.ts";

const migrationsFolder = new URL("../../../drizzle", import.meta.url).pathname;
const migrationsTable = { migrationsSchema: "drizzle", migrationsTable: "__drizzle_migrations" };

/** A number of our own for PostgreSQL's advisory lock: two processes that migrate at once take turns. */
const migrationLock = 7_219_843;

/** Applies the migrations that the database has not seen; resolves to how many those were. */
export async function migrate(db: Db): Promise<number> {
  const guard = await db.pool.connect();
  try {
    await guard.query("set statement_timeout = 0; set lock_timeout = 0");
    await guard.query("select pg_advisory_lock($1)", [migrationLock]);
    const before = await pendingMigrations(db);
    const [{ drizzle }, { migrate: runMigrations }] = await Promise.all([
      import("drizzle-orm/node-postgres"),
      import("drizzle-orm/node-postgres/migrator"),
    ]);
    await runMigrations(drizzle(guard), { migrationsFolder, ...migrationsTable });
    return before;
  } finally {
    guard.release(true); // closing the session gives the lock back
  }
}

/** How many migrations of this version the database has not seen. */
export async function pendingMigrations(db: Db): Promise<number> {
  const journal = JSON.parse(await readFile(`${migrationsFolder}/meta/_journal.json`, "utf8")) as { entries: { when: number }[] };
  const { rows } = await db.pool.query<{ present: boolean }>("select to_regclass('drizzle.__drizzle_migrations') is not null as present");
  if (!rows[0]?.present) return journal.entries.length;
  const last = await db.pool.query<{ at: string | null }>("select max(created_at) as at from drizzle.__drizzle_migrations");
  return journal.entries.filter(({ when }) => when > Number(last.rows[0]?.at ?? 0)).length;
}
