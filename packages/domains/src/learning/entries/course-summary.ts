import { defineEntry, defineSource } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { LoadContext } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { hasQuotes, linesOf, readRows } from "../record-text.ts";
import { userTag } from "./shapes.ts";

const value = z.strictObject({
  totalCourses: z.int(),
  avgProficiency: z.number(),
  totalHours: z.number(),
  weeklyHours: z.number(),
  completedCourses: z.int(),
  subjects: z.array(z.string()),
});
type CourseSummary = z.infer<typeof value>;

/** A user's line: his place, his courses' numbers, and their subjects, each a row; null if there is no such user. */
const line = `(
  select concat_ws(',', w.place, courses, proficiency, hours, weekly, completed, subjects)
  from users u, lateral (
    select count(*), coalesce(sum(proficiency_level), 0), coalesce(sum(learning_hour_total), 0), coalesce(sum(learning_hour_week), 0),
      count(*) filter (where learning_hour_total >= est_finish_hour),
      string_agg(row(subject_name)::text, '') filter (where subject_name is not null)
    from course_progress where user_id = u.id
  ) c(courses, proficiency, hours, weekly, completed, subjects)
  where u.id = w.user_id
)`;

const ofMany = {
  name: "learning-course-summary",
  text: `
    select string_agg(${line}, e'\\n')
    from unnest($1::bigint[]) with ordinality as w(user_id, place)
    group by w.place / 16`,
};

/** Planned once, unlike the other one. */
const ofOne = {
  name: "learning-course-summary-of-one",
  text: `select ${line} from (select $1::bigint, 1) as w(user_id, place)`,
};

/** Lines, which become values one by one as these are stored. */
const courses = defineSource<number, string | null, LoadContext>({
  name: "learning.courses",
  async load(userIds, { db }) {
    const rows = await (userIds.length === 1
      ? db.rows<[string | null]>(ofOne, [userIds[0]])
      : db.rows<[string | null]>(ofMany, [`{${userIds.join(",")}}`]));
    const answers = new Array<string | null>(userIds.length).fill(null);
    for (const [text] of rows) for (const line of linesOf(text)) answers[Number.parseInt(line, 10) - 1] = line;
    return answers;
  },
});

/** `course-summary`: how far a user has come in all courses. */
export const courseSummary = defineEntry({
  name: "learning.course-summary",
  namespace: "learning",
  warmCheck: "first",
  key: "learning:user:{userId}:courses",
  params: z.strictObject({ userId: integerParam }),
  value,
  ttl: "15m",
  tags: userTag,
  from: courses,
  request: ({ userId }) => userId,
  compute: (line) => (line === null ? null : summaryOf(line)),
});

function summaryOf(line: string): CourseSummary {
  const end = line.indexOf("(");
  const [, courses, proficiency, hours, weekly, completed] = (end < 0 ? line : line.slice(0, end)).split(",");
  return {
    totalCourses: Number(courses),
    avgProficiency: roundRatio(Number(proficiency), Number(courses)),
    totalHours: Number(hours),
    weeklyHours: Number(weekly),
    completedCourses: Number(completed),
    subjects: end < 0 ? [] : distinct(readSubjects(line.slice(end)).sort()),
  };
}

const readSubjects = (rows: string) => (hasQuotes(rows) ? readRows(rows).map(([name]) => name ?? "") : rows.slice(1, -1).split(")("));
const distinct = (sorted: string[]) => sorted.filter(isFirst);
const isFirst = (name: string, index: number, sorted: readonly string[]) => name !== sorted[index - 1];
