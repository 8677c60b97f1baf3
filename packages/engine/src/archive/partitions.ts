import type { Db, Session } from "@caretaker/db";
import { type Action, actionCondition } from "./actions.ts";

/** A table that holds rows itself: a partition, or a table that is not partitioned. */
export interface Leaf {
  readonly name: string;
  /** All of its rows are before this instant, by the column that it is partitioned by. */
  readonly before?: Date;
  /** It was taken off its table to be dropped. */
  readonly detached: boolean;
}

/** What is said of a partition that was taken off its table to be dropped. */
const condemned = "caretaker: to be dropped";

const selectLeaves = `
  select c.relname::text as name, not c.relispartition as detached,
    (extract(epoch from (regexp_match(pg_get_expr(c.relpartbound, c.oid), $$TO \\('(.+?)'\\)$$))[1]::timestamptz) * 1000)::float8 as before
  from pg_class c
  where c.oid in (select inhrelid from pg_inherits where inhparent = to_regclass($1))
    or (c.relkind = 'r' and not c.relispartition and c.relname like $2 and obj_description(c.oid, 'pg_class') = '${condemned}')
  order by c.relname`;
const selectKey = `
  select a.attname::text as column from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
  where p.partrelid = to_regclass($1) and p.partstrat = 'r'`;

/** The column whose months a table is partitioned by; undefined if it is not. */
export async function partitionColumn(session: Pick<Session, "query">, table: string): Promise<string | undefined> {
  return (await session.query<{ column: string }>(selectKey, [table])).rows[0]?.column;
}

/** The tables that hold a table's rows, in order of their names. */
export async function leavesOf(session: Pick<Session, "query">, table: string): Promise<Leaf[]> {
  if (!(await partitionColumn(session, table))) return [{ name: table, detached: false }];
  const { rows } = await session.query<{ name: string; detached: boolean; before: number | null }>(selectLeaves, [table, `${table}\\_%`]);
  return rows.map(({ name, detached, before }) => ({ name, detached, ...(before === null ? {} : { before: new Date(before) }) }));
}

/** Takes a partition off its table, which is locked from here to the commit. */
export async function detach(session: Session, table: string, leaf: string): Promise<void> {
  await session.query(`alter table ${table} detach partition ${leaf}; comment on table ${leaf} is '${condemned}'`);
}

const monthsAhead = 2;
const triesForMonths = 5;

/** Does what needs partitions; again, with them as they are then, where a row of another month has come meanwhile or another run has dropped one. */
export async function withPartitions<T>(db: Db, actions: readonly Action[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    for (const action of actions) if (action.to) await ensurePartitions(db, { ...action, to: action.to }, signal);
    try {
      return await work();
    } catch (error) {
      if (!partitionsChanged(error) || tries === triesForMonths) throw error;
    }
  }
}

const [noPartition, noTable] = ["23514", "42P01"];
const partitionsChanged = (error: unknown) =>
  error instanceof Error && "code" in error && (error.code === noTable || (error.code === noPartition && /no partition/.test(error.message)));

/** Makes the partitions that a move needs, and some for the months that come next; resolves to the months that it made. */
async function ensurePartitions(db: Db, action: Action & { readonly to: string }, signal: AbortSignal): Promise<string[]> {
  return db.session(
    async (session) => {
      const column = await partitionColumn(session, action.to);
      if (!column) return [];
      const { rows } = await session.query<{ month: string }>(monthsOf(action, column));
      const months = new Set([...rows.map(({ month }) => month), ...nextMonths(action.cutoff)]);
      const there = new Set((await leavesOf(session, action.to)).filter(({ detached }) => !detached).map(({ name }) => name));
      const missing = [...months].filter((month) => !there.has(partitionName(action.to, month)));
      for (const month of missing) await attachMonth(session, action.to, month);
      return missing;
    },
    { signal },
  );
}

/** Finds the months that the rows of an action are of: the earliest row, the earliest one of a later month, and so on, each by an index. */
const monthsOf = (action: Action, column: string) => {
  const month = `date_trunc('month', ${column}, 'UTC')`;
  const earliest = (more = "") => `(select ${month} from ${action.rows.table} where ${actionCondition(action)}${more} order by ${column} limit 1)`;
  return `
    with recursive months (month) as (
      select ${earliest()} union all
      select ${earliest(` and ${column} >= month + interval '1 month'`)} from months where month is not null
    ) select to_char(month at time zone 'UTC', 'YYYY-MM') as month from months where month is not null`;
};

const nextMonths = (cutoff: Date): string[] =>
  Array.from({ length: monthsAhead + 1 }, (_, ahead) => monthText(new Date(Date.UTC(cutoff.getUTCFullYear(), cutoff.getUTCMonth() + ahead))));

const monthText = (instant: Date) => instant.toISOString().slice(0, 7);

const partitionName = (table: string, month: string) => `${table}_${month.replace("-", "_")}`;

/** To attach a table locks less than to create it as a partition. One that was to be dropped is put back. */
async function attachMonth(session: Session, table: string, month: string): Promise<void> {
  const name = partitionName(table, month);
  const [year, number] = month.split("-").map(Number) as [number, number];
  const bound = (months: number) => `'${new Date(Date.UTC(year, number - 1 + months)).toISOString()}'`;
  await session.query("begin");
  try {
    await session.query("select pg_advisory_xact_lock(hashtext($1))", [table]);
    await session.query(`create table if not exists ${name} (like ${table} including all)`);
    const { rows } = await session.query("select relispartition as attached from pg_class where oid = to_regclass($1)", [name]);
    if (!rows[0]?.attached) {
      await session.query(
        `comment on table ${name} is null; alter table ${table} attach partition ${name} for values from (${bound(0)}) to (${bound(1)})`,
      );
    }
    await session.query("commit");
  } catch (error) {
    await session.query("rollback").catch(() => {}); // a lost connection has undone it already
    throw error;
  }
}
