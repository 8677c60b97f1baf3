import type { Session } from "@caretaker/db";
import { checkedAgain } from "../batches/checked-again.ts";
import type { Batch, Cursor } from "../batches/step.ts";
import { type Action, actionCondition, agedCondition } from "./actions.ts";

/** What a batch is of: the rows of an action in one leaf, and where they go. */
export interface Take {
  readonly action: Action;
  readonly leaf: string;
  /** The columns of the leaf's table. */
  readonly columns: readonly string[];
  readonly runId: string;
}

/** A row that moves to its archive is no change to what is cached or added up: the triggers that capture changes leave it out. */
const captureOff = "select set_config('caretaker.capture', 'off', true)";

/** Parents that are looked at in one batch for each row that it may have: most have none any more. */
const parentsPerRow = 5;

/**
 * Takes the next rows of an action: moves or deletes them, in one statement, so that a row is always in exactly one table. Rows
 * that somebody else holds, or that have changed since the statement began, are left for another run.
 */
export async function takeBatch(session: Session, take: Take, from: { after: Cursor | null; limit: number }): Promise<Batch> {
  if (take.action.to) await session.query(captureOff);
  return take.action.rows.of ? takeByParent(session, take, from) : takeByAge(session, take, from);
}

async function takeByAge(session: Session, take: Take, { after, limit }: { after: Cursor | null; limit: number }): Promise<Batch> {
  const { age } = take.action.rows;
  const { rows } = await session.query<{ matched: number; done: number; last: string }>(
    `with picked as materialized (
      select ctid, ${age} as age from ${take.leaf}
      where ${actionCondition(take.action, take.leaf)}${after ? ` and ${age} >= $1` : ""}
      order by ${age} limit ${limit} for update skip locked
    ), ${taken(take)}
    select (select count(*) from picked)::int as matched, (select count(*) from gone)::int as done, (select max(age)::text from picked) as last`,
    after ? [after[0]] : [],
  );
  const { matched, done, last } = rows[0] as (typeof rows)[0];
  return { matched, done, next: matched === limit ? [last] : null };
}

/** Walks the rows whose age counts by their key; the cursor says from which one on, and whether including it. */
async function takeByParent(session: Session, take: Take, { after, limit }: { after: Cursor | null; limit: number }): Promise<Batch> {
  const { table, key, column } = take.action.rows.of as NonNullable<Action["rows"]["of"]>;
  const [operator = "", last = ""] = after ?? [];
  const parents = limit * parentsPerRow;
  const { rows } = await session.query<{ matched: number; done: number; lastTaken: string; parents: number; lastParent: string }>(
    `with parents as materialized (
      select ${key} as key from ${table} where ${agedCondition(take.action)}${after ? ` and ${key} ${operator} $1` : ""} order by ${key} limit ${parents}
    ), picked as materialized (
      select ctid, ${column} as parent from ${take.leaf}
      where ${column} = any (array(select key from parents)) and ${actionCondition(take.action, take.leaf)}
      order by ${column} limit ${limit} for update skip locked
    ), ${taken(take)}
    select (select count(*) from picked)::int as matched, (select count(*) from gone)::int as done, (select max(parent)::text from picked) as "lastTaken",
      (select count(*) from parents)::int as parents, (select max(key)::text from parents) as "lastParent"`,
    after ? [last] : [],
  );
  const found = rows[0] as (typeof rows)[0];
  const { matched, done } = found;
  if (matched === limit) return { matched, done, next: [">=", found.lastTaken] };
  return { matched, done, next: found.parents === parents ? [">", found.lastParent] : null };
}

/** The picked rows gone from their table, and into the archive if they are moved. */
function taken({ action, leaf, columns, runId }: Take): string {
  const own = columns.map((column) => `"${column}"`).join(", ");
  const gone = `gone as (
      delete from ${leaf} where ctid = any (array(select ctid from picked)) and ${checkedAgain(actionCondition(action, leaf))} returning ${action.to ? own : "1"}
    )`;
  if (!action.to) return gone;
  return `${gone}, stored as (insert into ${action.to} (${own}, archived_at, run_id) select ${own}, now(), '${runId}' from gone)`;
}
