import { defineEntry } from "@caretaker/cache";
import { calendarDate, integerParam } from "@caretaker/contracts";
import type { Calendar, CalendarDate } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { sumUp } from "../mean.ts";
import { isProductive, type Session } from "../session.ts";
import { tally } from "../tally.ts";
import { sessionsOf, userSessions } from "../user-sessions.ts";
import { counts, userTag } from "./shapes.ts";

const value = z.strictObject({
  date: z.string(),
  totalSessions: z.int(),
  completedSessions: z.int(),
  activeSessions: z.int(),
  productiveSessions: z.int(),
  totalDuration: z.int(),
  avgEffectiveness: z.number(),
  environments: counts,
  devices: counts,
  subjects: counts,
});
type DailyStats = z.infer<typeof value>;

/** `daily-stats`: a user's day in numbers. */
export const createDailyStats = (calendar: Calendar) =>
  defineEntry({
    name: "learning.daily-stats",
    namespace: "learning",
    warmCheck: "first",
    key: "learning:user:{userId}:daily:{date}",
    params: z.strictObject({ userId: integerParam, date: calendarDate }),
    value,
    ttl: "5m",
    tags: userTag,
    from: userSessions,
    request: ({ userId, date }) => ({ userId, from: calendar.startOf(date), to: calendar.startOf(calendar.plusDays(date, 1)) }),
    compute(loaded, { date }) {
      const day = loaded && sessionsOf(loaded);
      return day && (day.length === 0 ? idleDay(date) : dailyStats(date, day));
    },
  });

/** The numbers of a day's sessions. */
function dailyStats(date: CalendarDate, day: readonly Session[]): DailyStats {
  const ratings = sumUp(day, ({ rating }) => rating);
  return {
    date,
    totalSessions: day.length,
    completedSessions: day.filter(({ hasEnded }) => hasEnded).length,
    activeSessions: day.filter(({ isActive }) => isActive).length,
    productiveSessions: day.filter(isProductive).length,
    totalDuration: day.reduce((sum, { minutes }) => sum + minutes, 0),
    avgEffectiveness: roundRatio(ratings.sum, ratings.count),
    environments: Object.fromEntries(tally(day, ({ environment }) => environment)),
    devices: Object.fromEntries(tally(day, ({ device }) => device)),
    subjects: Object.fromEntries(tally(day, ({ subject }) => subject)),
  };
}

let lastIdle = dailyStats("", []);

/** The one value that all users without a session that day share. */
function idleDay(date: CalendarDate): DailyStats {
  if (lastIdle.date !== date) lastIdle = Object.freeze(dailyStats(date, []));
  return lastIdle;
}
