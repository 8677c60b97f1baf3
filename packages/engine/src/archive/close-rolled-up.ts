import type { Db } from "@caretaker/db";
import { closeDays, closeDaysOf } from "../rollups/closed-days.ts";
import type { Rollup } from "../rollups/rollup.ts";
import { type Action, agedCondition } from "./actions.ts";
import type { PurgedRows } from "./archive-policy.ts";

/** Has rollups leave alone what they added up of rows that a run is about to delete for good: what is left of those days is not what they were. */
export async function closeRolledUp({ pool }: Db, rollups: readonly Rollup[], actions: readonly Action[], now: Date): Promise<void> {
  for (const action of actions) {
    const { rollup, of, age }: PurgedRows = action.rows;
    const source = rollups.find(({ name }) => name === rollup?.name)?.source;
    if (!rollup || !source || action.to) continue;
    const last = age === rollup.at && !of ? action.cutoff : now;
    const before = new Date(Math.min(last.getTime(), action.rolledUp?.before.getTime() ?? Number.POSITIVE_INFINITY));
    if (of) await closeDaysOf(pool, { source, before, subjects: `select ${of.key} from ${of.table} where ${agedCondition(action)}` });
    else await closeDays(pool, { source, before, subject: "" });
  }
}
