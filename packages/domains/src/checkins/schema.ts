import { archiveTable } from "@caretaker/db/tables";
import { sql } from "drizzle-orm";
import { bigint, boolean, date, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const projects = pgTable("projects", {
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  description: text("description"),
  status: text("status"),
  startDate: date("start_date").notNull(),
  endDate: date("end_date"),
  coverImage: text("cover_image"),
});

export const projectMembers = pgTable(
  "project_members",
  {
    projectId: text("project_id").notNull(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    alias: text("alias"),
    avatar: text("avatar"),
    joinedAt: instant("joined_at").notNull(),
    isBot: boolean("is_bot").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId] }),
    index("project_members_joined").on(table.projectId, table.joinedAt, table.isBot),
    index("project_members_bots").on(table.projectId).where(sql`is_bot`),
  ],
);

const checkinColumns = () => ({
  projectId: text("project_id").notNull(),
  topicId: text("topic_id").notNull(),
  userId: text("user_id").notNull(),
  createdAt: instant("created_at").notNull(),
  title: text("title"),
  content: text("content"),
});

export const checkins = pgTable(
  "checkins",
  { id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(), ...checkinColumns() },
  (table) => [
    uniqueIndex("checkins_topic").on(table.topicId),
    index("checkins_member").on(table.projectId, table.userId, table.createdAt),
    index("checkins_latest").on(table.projectId, table.createdAt, sql`${table.topicId} collate "C"`, table.userId),
  ],
);

export const checkinsArchive = archiveTable("checkins", checkinColumns, { by: "createdAt", indexed: ["projectId"] });

/**
 * What each member's check-ins come to, archived ones included. Triggers (see the migration) keep it right with every statement,
 * so that boards of any size are read from an index.
 */
export const checkinStandings = pgTable(
  "checkin_standings",
  {
    projectId: text("project_id").notNull(),
    userId: text("user_id").notNull(),
    checkins: integer("checkins").notNull().default(0),
    /** Days with a check-in. */
    days: integer("days").notNull().default(0),
    /** Days of the run that ends with the last check-in. */
    runDays: integer("run_days").notNull().default(0),
    firstAt: instant("first_at"),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId] }),
    index("checkin_standings_accumulated").on(table.projectId, table.days.desc(), table.firstAt, sql`${table.userId} collate "C"`),
    index("checkin_standings_continuous").on(table.projectId, table.runDays.desc(), table.firstAt, sql`${table.userId} collate "C"`),
    index("checkin_standings_first").on(table.projectId, table.firstAt),
  ],
);

/** A project's days in numbers; the daily rollup writes it. */
export const checkinDaily = pgTable(
  "checkin_daily",
  {
    projectId: text("project_id").notNull(),
    day: date("day").notNull(),
    checkins: integer("checkins").notNull(),
    members: integer("members").notNull(),
    /** Members whose first check-in in the project is of this day. */
    newMembers: integer("new_members").notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.day] })],
);
