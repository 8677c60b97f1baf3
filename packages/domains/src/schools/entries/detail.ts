import { defineEntry } from "@caretaker/cache";
import { textParam } from "@caretaker/contracts";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { applicationStatus } from "../application-status.ts";
import { type Level, namespace, primary, schoolTag, secondary } from "../level.ts";
import { detailFields, details, primarySchool, secondarySchool, select, toObject } from "../school.ts";

const params = z.strictObject({ schoolNo: textParam });
type Params = z.infer<typeof params>;
const primaryDetail = primarySchool.extend(details);
const secondaryDetail = secondarySchool.extend(details);

/** Loads schools by their numbers; what follows from the day is added. */
function createLoader<School extends { applicationStart: string | null; applicationEnd: string | null }>(level: Level, calendar: Calendar) {
  const fields = detailFields(level);
  const statement = { name: `schools-${level.name}-detail`, text: `select ${select(fields)} from ${level.table} s where s.school_no = any($1)` };
  return async (sets: readonly Params[], { db, asOf }: LoadContext): Promise<(School | null)[]> => {
    const rows = await db.rows(statement, [sets.map(({ schoolNo }) => schoolNo)]);
    const today = calendar.dateOf(asOf);
    const found = new Map(
      rows.map((row) => {
        const school = toObject<School>(fields, row);
        return [row[0], { ...school, applicationStatus: applicationStatus(school, today, calendar) }];
      }),
    );
    return sets.map(({ schoolNo }) => found.get(schoolNo) ?? null);
  };
}

/** `primary-detail`: all that is known of a primary school. */
export const createPrimaryDetail = (calendar: Calendar) =>
  defineEntry({
    name: "schools.primary-detail",
    key: "schools:primary:{schoolNo}:detail",
    params,
    value: primaryDetail,
    ttl: "30m",
    namespace,
    tags: ({ schoolNo }) => [schoolTag(primary, schoolNo)],
    loadMany: createLoader<z.infer<typeof primaryDetail>>(primary, calendar),
  });

/** `secondary-detail`: all that is known of a secondary school. */
export const createSecondaryDetail = (calendar: Calendar) =>
  defineEntry({
    name: "schools.secondary-detail",
    key: "schools:secondary:{schoolNo}:detail",
    params,
    value: secondaryDetail,
    ttl: "30m",
    namespace,
    tags: ({ schoolNo }) => [schoolTag(secondary, schoolNo)],
    loadMany: createLoader<z.infer<typeof secondaryDetail>>(secondary, calendar),
  });
