import type { Db } from "@caretaker/db";
import type { Cursor, Step } from "../batches/step.ts";
import { readTable } from "../batches/table-facts.ts";
import type { CleanupRule } from "./cleanup-rule.ts";
import { type RowFinder, rowFinder } from "./find-rows.ts";
import { remainingCondition } from "./rule-condition.ts";
import { takeOut } from "./take-out.ts";

/** Rows that are looked for at once: looking for a thousand orphans or duplicates reads as much of the table as for all of them. */
const foundAtOnce = 20_000;

/** The steps of a cleanup, one for each rule, in order. */
export const cleanupSteps = (db: Db, rules: readonly CleanupRule[], where: { quarantine: string; runId: string }): Promise<Step[]> =>
  Promise.all(rules.map((rule) => cleanupStep(db, rule, where)));

async function cleanupStep(db: Db, rule: CleanupRule, { quarantine, runId }: { quarantine: string; runId: string }): Promise<Step> {
  const table = await readTable(db, rule.table);
  const next = aheadOf(rowFinder(rule, table));
  return {
    name: rule.name,
    verb: "taking out rows",
    tables: [rule.table],
    find: next,
    async batch(session, { limit, found }) {
      const keys = found.map((row) => row.at(-1) as string);
      const done = keys.length > 0 ? await takeOut(session, { rule, table, quarantine, runId }, keys) : 0;
      return { matched: found.length, done, next: found.length === limit ? (found.at(-1) ?? null) : null };
    },
  };
}

/** Finds the rows of the next batch, and those of some more batches with them. */
function aheadOf(finder: RowFinder): NonNullable<Step["find"]> {
  let ahead: Cursor[] = [];
  let isLast = false;
  return async (session, { after, limit }) => {
    if (ahead.length < limit && !isLast) {
      const wanted = Math.max(limit, foundAtOnce);
      ahead = await finder.find(session, after, wanted);
      isLast = ahead.length < wanted;
    }
    return ahead.splice(0, limit);
  };
}

/** How many rows each rule would take out, by the conditions that a run takes them out by; nothing is changed or locked. */
export async function countMatches(db: Db, rules: readonly CleanupRule[], signal: AbortSignal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [index, rule] of rules.entries()) {
    const text = `select count(*)::int as rows from ${rule.table} where ${remainingCondition(rule, rules.slice(0, index))}`;
    const { rows } = await db.session((session) => session.query<{ rows: number }>(text), { signal });
    counts[rule.name] = rows[0]?.rows ?? 0;
  }
  return counts;
}
