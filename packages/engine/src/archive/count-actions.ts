import type { Db } from "@caretaker/db";
import { type Action, actionCondition } from "./actions.ts";

/**
 * How many rows each action of a run would take, by the conditions that it takes them by: those that are in its table, and those
 * that an action before it brings there, without those that an action before it takes away.
 */
export async function countActions(db: Db, actions: readonly Action[], signal: AbortSignal): Promise<number[]> {
  const counts: number[] = [];
  for (const place of actions.keys()) {
    const parts = countsOf(actions, place).map(({ table, conditions }) => `(select count(*) from ${table} where ${conditions.join(" and ")})`);
    const { rows } = await db.session((session) => session.query<{ rows: number }>(`select (${parts.join(" + ")})::int as rows`), { signal });
    counts.push(rows[0]?.rows ?? 0);
  }
  return counts;
}

/** About how many rows a run would take, as the planner sees it; nothing is read for it. */
export async function estimateActions(db: Db, actions: readonly Action[], signal: AbortSignal): Promise<number> {
  const parts = [...actions.keys()].flatMap((place) => countsOf(actions, place));
  if (parts.length === 0) return 0;
  const selects = parts.map(({ table, conditions }) => `select from ${table} where ${conditions.join(" and ")}`);
  const text = `explain (format json) ${selects.join(" union all ")}`;
  const { rows } = await db.session((session) => session.query<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(text), { signal });
  return rows[0]?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0;
}

interface Origin {
  readonly table: string;
  readonly conditions: readonly string[];
}

function countsOf(actions: readonly Action[], place: number): Origin[] {
  const action = actions[place] as Action;
  const { table } = action.rows;
  const arrivals = actions.slice(0, place).flatMap((move, moved) => {
    if (move.to !== table) return [];
    const origin = move.rows.table;
    const conditions = [...missedBy(actions.slice(0, moved), origin, origin), actionCondition(move)];
    return [{ table: origin, conditions: [...conditions, ...missedBy(actions.slice(moved, place), table, origin), actionCondition(action, origin)] }];
  });
  return [{ table, conditions: [...missedBy(actions.slice(0, place), table, table), actionCondition(action)] }, ...arrivals];
}

/** That none of the actions on a table has taken a row, which is looked at where it is now. */
const missedBy = (actions: readonly Action[], table: string, where: string): string[] =>
  actions.filter(({ rows }) => rows.table === table).map((action) => `(${actionCondition(action, where)}) is not true`);
