import type { Db, Session } from "@caretaker/db";
import type { Batch, Cursor, Step } from "../batches/step.ts";
import { readTable } from "../batches/table-facts.ts";
import type { Action } from "./actions.ts";
import { detach, type Leaf, leavesOf, partitionColumn } from "./partitions.ts";
import { takeBatch } from "./take-batch.ts";

/** What the rows of an action are counted as. */
export const countName = ({ policy, to }: Action): string => `${policy} ${to ? "archived" : "purged"}`;

/** An action as a step: leaf by leaf, batch by batch. The cursor is the leaf's name and where it goes on in it. */
export async function actionStep(db: Db, action: Action, runId: string): Promise<Step> {
  const { table } = action.rows;
  const { columns } = await readTable(db, table);
  const dropsBefore = await droppedBefore(db, action);
  let leaves: Leaf[] | undefined;
  return {
    name: countName(action),
    verb: action.to ? `moving rows of ${table}` : `deleting rows of ${table}`,
    tables: action.to ? [table, action.to] : [table],
    async batch(session, { after, limit }) {
      leaves ??= await leavesOf(session, table);
      const [name = "", ...inside] = after ?? [];
      const [leaf, next] = leaves.filter((other) => other.name >= name);
      if (!leaf) return { matched: 0, done: 0, next: null };
      const from = { after: leaf.name === name && inside.length > 0 ? inside : null, limit };
      const isTooOld = dropsBefore !== undefined && leaf.before !== undefined && leaf.before <= dropsBefore;
      const batch =
        leaf.detached || isTooOld
          ? await dropLeaf(session, table, leaf.name, isTooOld)
          : await takeBatch(session, { action, leaf: leaf.name, columns, runId }, from);
      return { ...batch, next: inLeaf(leaf, batch.next) ?? (next ? [next.name] : null) };
    },
  };
}

const inLeaf = (leaf: Leaf, next: Cursor | null) => next && [leaf.name, ...next];

/** Partitions that end by this instant hold only rows that the action deletes, whichever those are. */
async function droppedBefore(db: Db, { rows, to, cutoff, rolledUp }: Action): Promise<Date | undefined> {
  const column = await partitionColumn(db.pool, rows.table);
  if (to || rows.of || rows.where || !column || rows.age !== column) return undefined;
  if (!rolledUp) return cutoff;
  return rolledUp.at === column ? new Date(Math.min(cutoff.getTime(), rolledUp.before.getTime())) : undefined;
}

/**
 * Off its table in one transaction, which locks that for a moment; counted and dropped in the next, when nobody else sees it.
 * Another run may have been faster, or have put it back for a row that came late: then it is taken off again only if it is still
 * too old.
 */
async function dropLeaf(session: Session, table: string, name: string, isTooOld: boolean): Promise<Batch> {
  const isDetached = await findDetached(session, table, name);
  if (isDetached === undefined || !(isDetached || isTooOld)) return { matched: 0, done: 0, next: null };
  if (!isDetached) {
    await detach(session, table, name);
    return { matched: 0, done: 0, next: [] };
  }
  const { rows } = await session.query<{ count: number }>(`select count(*)::int as count from ${name}`);
  await session.query(`drop table ${name}`);
  const { count } = rows[0] as (typeof rows)[0];
  return { matched: count, done: count, unseen: 0, next: null };
}

/** Whether a leaf is off its table, with no other run at it until the end of the transaction; undefined if it is gone. */
async function findDetached(session: Session, table: string, name: string): Promise<boolean | undefined> {
  await session.query("select pg_advisory_xact_lock(hashtext($1))", [table]);
  return (await leavesOf(session, table)).find((leaf) => leaf.name === name)?.detached;
}
