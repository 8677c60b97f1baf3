import { defineEntry } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { roundRatio } from "../round-ratio.ts";
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

type Row = [userId: number, courses: number, proficiency: number, totalHours: string, weeklyHours: string, completed: number, subjects: string[]];

const statement = {
  name: "learning-course-summary",
  text: `
    select u.id::float8, count(c.id)::int, coalesce(sum(c.proficiency_level), 0)::int, coalesce(sum(c.learning_hour_total), 0)::text,
      coalesce(sum(c.learning_hour_week), 0)::text, count(*) filter (where c.learning_hour_total >= c.est_finish_hour)::int,
      coalesce(array_agg(c.subject_name) filter (where c.subject_name is not null), '{}')
    from users u left join course_progress c on c.user_id = u.id
    where u.id = any($1::bigint[])
    group by u.id`,
};

/** `course-summary`: how far a user has come in all courses. */
export const courseSummary = defineEntry({
  name: "learning.course-summary",
  key: "learning:user:{userId}:courses",
  params: z.strictObject({ userId: integerParam }),
  value,
  ttl: "15m",
  tags: userTag,
  async loadMany(params: readonly { userId: number }[], { db }: LoadContext) {
    const rows = await db.rows<Row>(statement, [params.map(({ userId }) => userId)]);
    const summaries = new Map(rows.map((row) => [row[0], summaryOf(row)]));
    return params.map(({ userId }) => summaries.get(userId) ?? null);
  },
});

function summaryOf([, courses, proficiency, totalHours, weeklyHours, completed, subjects]: Row): CourseSummary {
  return {
    totalCourses: courses,
    avgProficiency: roundRatio(proficiency, courses),
    totalHours: Number(totalHours),
    weeklyHours: Number(weeklyHours),
    completedCourses: completed,
    subjects: [...new Set(subjects)].sort(),
  };
}
