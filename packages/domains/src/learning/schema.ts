import { archiveTable, quarantineTable } from "@caretaker/db/tables";
import { sql } from "drizzle-orm";
import { bigint, boolean, date, index, integer, numeric, pgTable, primaryKey, smallint, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });
const id = () => bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity();
const written = () => ({ createdAt: instant("created_at").notNull().defaultNow(), updatedAt: instant("updated_at").notNull().defaultNow() });

/** Who studies. */
export const users = pgTable(
  "users",
  {
    id: id(),
    email: text("email").notNull(),
    username: text("username").notNull(),
    isActive: boolean("is_active").notNull().default(true),
    lastLogin: instant("last_login"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("users_email").on(table.email), index("users_active").on(table.isActive, table.id)],
);

/** The columns of a session, live or archived. Rows come from elsewhere and can be wrong: no check keeps one out. */
const sessionColumns = () => ({
  userId: bigint("user_id", { mode: "number" }).notNull(),
  startTime: instant("start_time").notNull(),
  endTime: instant("end_time"),
  durationMinutes: integer("duration_minutes").notNull().default(0),
  contentCovered: text("content_covered"),
  effectivenessRating: smallint("effectiveness_rating"),
  focusScore: numeric("focus_score", { precision: 3, scale: 2 }),
  breakCount: integer("break_count").notNull().default(0),
  isActive: boolean("is_active").notNull().default(false),
  notes: text("notes"),
  courseProgressId: bigint("course_progress_id", { mode: "number" }),
  subjectCategory: text("subject_category"),
  learningEnvironment: text("learning_environment"),
  deviceType: text("device_type"),
  ...written(),
});

/** Sessions in use. Its index by user and start covers every column that a cached value is made of (see the migration); each cleanup rule has an index that holds only what it matches. */
export const studySessions = pgTable("study_sessions", { id: id(), ...sessionColumns() }, (table) => [
  index("study_sessions_start").on(table.startTime, table.userId),
  index("study_sessions_negative_duration").on(table.id).where(sql`duration_minutes < 0`),
  index("study_sessions_ends_before_start").on(table.id).where(sql`end_time < start_time`),
  index("study_sessions_invalid_rating").on(table.id).where(sql`effectiveness_rating < 1 or effectiveness_rating > 5`),
  index("study_sessions_invalid_focus").on(table.id).where(sql`focus_score < 0 or focus_score > 1`),
]);

/** What cleanup has taken out of the domain's tables. */
export const learningQuarantine = quarantineTable("learning_quarantine");

/** Sessions that were moved out of the way, with the run that moved them; partitioned by months of their start (see the migration). */
export const studySessionsArchive = archiveTable("study_sessions", sessionColumns, { by: "startTime", indexed: ["userId"] });

/** How far users have come in their courses. */
export const courseProgress = pgTable(
  "course_progress",
  {
    id: id(),
    userId: bigint("user_id", { mode: "number" }).notNull(),
    contentId: text("content_id").notNull(),
    subjectName: text("subject_name"),
    proficiencyLevel: smallint("proficiency_level").notNull().default(0),
    learningHourWeek: numeric("learning_hour_week").notNull().default("0"),
    learningHourTotal: numeric("learning_hour_total").notNull().default("0"),
    estFinishHour: numeric("est_finish_hour"),
    difficulty: smallint("difficulty").notNull().default(1),
    ...written(),
  },
  (table) => [index("course_progress_user_content").on(table.userId, table.contentId)],
);

/** A user's day in numbers; the daily rollup writes it. */
export const learningAnalytics = pgTable(
  "learning_analytics",
  {
    userId: bigint("user_id", { mode: "number" }).notNull(),
    analysisDate: date("analysis_date").notNull(),
    weekOfYear: smallint("week_of_year").notNull(),
    month: smallint("month").notNull(),
    totalStudyTime: bigint("total_study_time", { mode: "number" }).notNull(),
    sessionCount: integer("session_count").notNull(),
    averageSessionDuration: numeric("average_session_duration", { precision: 12, scale: 2 }).notNull(),
    averageEffectiveness: numeric("average_effectiveness", { precision: 10, scale: 2 }).notNull(),
    productiveSessionsCount: integer("productive_sessions_count").notNull(),
    productivityRate: numeric("productivity_rate", { precision: 10, scale: 2 }).notNull(),
    mostProductiveHour: smallint("most_productive_hour"),
    preferredEnvironment: text("preferred_environment"),
    preferredDevice: text("preferred_device"),
    improvementTrend: text("improvement_trend").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.analysisDate] }), index("learning_analytics_date").on(table.analysisDate)],
);
