import type { Db } from "@caretaker/db";
import { firstDay } from "./day-ranges.ts";
import type { Rollup } from "./rollup.ts";
import { isBuilt } from "./rollup-state.ts";

const earliest = {
  name: "rollup-earliest",
  text: `
    select min(at) from (
      select unnest(instants) as at from change_outbox where source = $2 union all select unnest(instants) from rollup_windows where rollup = $1
    ) changed where isfinite(at)`,
};

/**
 * What is deleted for good has to be before this instant, since a rollup has yet to compute a day from rows at or after it;
 * `undefined` if it has computed all days there are.
 */
export async function rolledUpBefore(db: Db, name: string, { source, calendar, reachDays = 0 }: Rollup): Promise<Date | undefined> {
  if (!(await isBuilt(db, name))) return new Date(calendar.startOf(firstDay));
  const [row] = await db.rows<[Date | null]>(earliest, [name, source]);
  if (!row?.[0]) return undefined;
  return new Date(calendar.startOf(calendar.plusDays(calendar.dateOf(row[0]), -reachDays)));
}
