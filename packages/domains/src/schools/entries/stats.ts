import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { type Level, levelTag, namespace, primary, secondary } from "../level.ts";

const value = z.strictObject({ totalSchools: z.int(), openApplications: z.int() });

/** Schools, and those that take applications on a day: an end of their window that is not known is open. */
const statementOf = ({ name, table }: Level) => ({
  name: `schools-${name}-stats`,
  text: `
    select count(*)::int, count(*) filter (where coalesce(application_start, application_end) is not null
      and coalesce(application_start, $1) <= $1 and coalesce(application_end, $1) >= $1)::int
    from ${table}`,
});

function createStats(level: Level, calendar: Calendar) {
  const statement = statementOf(level);
  return defineEntry({
    name: `schools.${level.name}-stats`,
    key: `schools:${level.name}:stats`,
    params: z.strictObject({}),
    value,
    ttl: "1h",
    namespace,
    tags: () => [levelTag(level)],
    async loadMany(sets: readonly object[], { db, asOf }: LoadContext) {
      const [[totalSchools, openApplications] = [0, 0]] = await db.rows<[number, number]>(statement, [calendar.dateOf(asOf)]);
      return sets.map(() => ({ totalSchools, openApplications }));
    },
  });
}

/** `primary-stats`: how many primary schools there are, and how many take applications. */
export const createPrimaryStats = (calendar: Calendar) => createStats(primary, calendar);
/** `secondary-stats`: the same of secondary schools. */
export const createSecondaryStats = (calendar: Calendar) => createStats(secondary, calendar);
