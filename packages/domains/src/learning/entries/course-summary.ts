import { defineEntry, defineSource } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { LoadContext } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { hasQuotes, readRows } from "../record-text.ts";
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

type Row = [
  userId: number,
  courses: number,
  proficiency: number,
  totalHours: string,
  weeklyHours: string,
  completed: number,
  subjects: string | null,
];

const statement = {
  name: "learning-course-summary",
  text: `
    select wanted.id::float8, c.*
    from unnest($1::bigint[]) wanted(id) join users on users.id = wanted.id, lateral (
      select count(*)::int, coalesce(sum(proficiency_level), 0)::int, coalesce(sum(learning_hour_total), 0)::text,
        coalesce(sum(learning_hour_week), 0)::text, count(*) filter (where learning_hour_total >= est_finish_hour)::int,
        string_agg(row(subject_name)::text, e'\\n') filter (where subject_name is not null)
      from course_progress where user_id = wanted.id
    ) c`,
};

/** Rows, which become values one by one as these are stored. */
const courses = defineSource<number, Row | null, LoadContext>({
  name: "learning.courses",
  async load(userIds, { db }) {
    const rows = await db.rows<Row>(statement, [`{${userIds.join(",")}}`]);
    const ofUser = new Map<number, Row>();
    for (const row of rows) ofUser.set(row[0], row);
    const answers: (Row | null)[] = [];
    for (const userId of userIds) answers.push(ofUser.get(userId) ?? null);
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
  compute: (row) => row && summaryOf(row),
});

const readSubjects = (rows: string) => (hasQuotes(rows) ? readRows(rows).map(([name]) => name ?? "") : rows.slice(1, -1).split(")\n("));

function summaryOf([, courses, proficiency, totalHours, weeklyHours, completed, subjects]: Row): CourseSummary {
  return {
    totalCourses: courses,
    avgProficiency: roundRatio(proficiency, courses),
    totalHours: Number(totalHours),
    weeklyHours: Number(weeklyHours),
    completedCourses: completed,
    subjects: subjects === null ? [] : distinct(readSubjects(subjects).sort()),
  };
}

const distinct = (sorted: string[]) => sorted.filter(isFirst);
const isFirst = (name: string, index: number, sorted: readonly string[]) => name !== sorted[index - 1];
