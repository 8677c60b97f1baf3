import type { Db } from "@caretaker/db";

const fewestRows = 10_000;
/** As autovacuum counts; but it never looks at a partitioned table itself. */
const changedPart = 0.1;

const selectChanged = `
  select c.oid::regclass::text as name from unnest($1::text[]) given (name) join pg_class c on c.oid = to_regclass(given.name)
  where c.reltuples * ${changedPart} <= $2`;

/** Has the planner look again at those of some tables of which a run has changed much. */
export async function analyzeChanged(db: Db, tables: readonly string[], rows: number, signal: AbortSignal): Promise<void> {
  if (rows < fewestRows) return;
  await db.session(
    async (session) => {
      const changed = (await session.query<{ name: string }>(selectChanged, [tables, rows])).rows.map(({ name }) => name);
      if (changed.length > 0) await session.query(`begin; set local statement_timeout = 0; analyze ${changed.join(", ")}; commit`);
    },
    { signal },
  );
}
