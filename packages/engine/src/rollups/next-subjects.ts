import type { Session } from "@caretaker/db";
import type { Rollup } from "./rollup.ts";

/** Subjects that have rows, or rows of the target, after one of them; each table is read by its index on the subject. */
export async function nextSubjects(session: Pick<Session, "query">, rollup: Rollup, after: string | undefined, limit: number): Promise<string[]> {
  const { column, type } = rollup.subject;
  const parts = tablesOf(rollup).map(
    (table) => `(select distinct ${column} as subject from ${table} where $1::${type} is null or ${column} > $1 order by 1 limit ${limit})`,
  );
  const text = `select subject::text from (${parts.join(" union ")}) found order by found.subject limit ${limit}`;
  const { rows } = await session.query<{ subject: string }>(text, [after ?? null]);
  return rows.map(({ subject }) => subject);
}

/** How many subjects there are. */
export async function countSubjects(session: Pick<Session, "query">, rollup: Rollup): Promise<number> {
  const parts = tablesOf(rollup).map((table) => `select distinct ${rollup.subject.column} from ${table}`);
  const { rows } = await session.query<{ subjects: number }>(`select count(*)::int as subjects from (${parts.join(" union ")}) found`);
  return rows[0]?.subjects ?? 0;
}

const tablesOf = ({ source, archives = [], target }: Rollup) => [source, ...archives, target.table];
