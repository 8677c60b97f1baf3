import type { ArchivePayload } from "@caretaker/contracts";
import type { AgingRows, ArchivePolicy, PurgedRows } from "./archive-policy.ts";

/** What a run does to the rows of one table that are older than its cutoff: moves them to another one, or deletes them. */
export interface Action {
  readonly policy: string;
  readonly rows: AgingRows;
  readonly cutoff: Date;
  readonly to?: string;
  /** Only rows of days before this one, which a rollup has done. */
  readonly rolledUp?: { readonly at: string; readonly before: Date };
}

const dayMs = 86_400_000;

/** Until when (not including it) a rollup has done all days; undefined: all there are. */
export type RolledUpBefore = (rollup: string) => Promise<Date | undefined>;

/** What a run of some policies does, in order; its cutoffs are fixed from here on. */
export async function actionsOf(
  policies: readonly ArchivePolicy[],
  { archiveOlderThanDays, deleteOlderThanDays }: Pick<ArchivePayload, "archiveOlderThanDays" | "deleteOlderThanDays">,
  { asOf, rolledUpBefore }: { asOf: Date; rolledUpBefore: RolledUpBefore },
): Promise<Action[]> {
  const daysAgo = (days: number) => new Date(asOf.getTime() - days * dayMs);
  const actions: Action[] = [];
  for (const { name: policy, move, purge } of policies) {
    if (move) actions.push({ policy, rows: move, to: move.to, cutoff: daysAgo(archiveOlderThanDays ?? move.afterDays) });
    if (!purge) continue;
    const cutoff = daysAgo(deleteOlderThanDays ?? purge.afterDays);
    for (const rows of purge.rows) actions.push({ policy, rows, cutoff, ...(await limitOf(rows, rolledUpBefore)) });
  }
  return actions;
}

async function limitOf({ rollup }: PurgedRows, rolledUpBefore: RolledUpBefore): Promise<Pick<Action, "rolledUp">> {
  const before = rollup && (await rolledUpBefore(rollup.name));
  return rollup && before ? { rolledUp: { at: rollup.at, before } } : {};
}

const literal = (instant: Date) => `'${instant.toISOString()}'::timestamptz`;

/** The condition, in SQL, by which an action counts, finds and takes its rows, for the rows of `table`. */
export function actionCondition(action: Action, table: string = action.rows.table): string {
  const { rows, rolledUp } = action;
  const old = agedCondition(action);
  const own = rows.of ? `exists (select from ${rows.of.table} where ${rows.of.table}.${rows.of.key} = ${table}.${rows.of.column} and ${old})` : old;
  return rolledUp ? `${own} and ${rolledUp.at} < ${literal(rolledUp.before)}` : own;
}

/** The part of it that is about the row whose age counts. */
export const agedCondition = ({ rows, cutoff }: Action): string => `${rows.age} < ${literal(cutoff)}${rows.where ? ` and (${rows.where})` : ""}`;
