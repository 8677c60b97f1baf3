import { defineEntry } from "@caretaker/cache";
import { calendarDate, integerParam } from "@caretaker/contracts";
import { type Calendar, type CalendarDate, isMonday, roundRatio } from "@caretaker/engine";
import { z } from "zod";
import type { Session } from "../session.ts";
import { createSpans } from "../span.ts";
import { sessionsOf, userSessions } from "../user-sessions.ts";
import { userTag } from "./shapes.ts";

const daysInWeek = 7;

const value = z.strictObject({
  weekStart: z.string(),
  weekEnd: z.string(),
  totalSessions: z.int(),
  totalDuration: z.int(),
  avgSessionDuration: z.number(),
  dailyBreakdown: z.record(z.string(), z.strictObject({ sessions: z.int(), duration: z.int(), completed: z.int() })),
  activeDays: z.int(),
  streakDays: z.int(),
  mostProductiveDay: z.string().nullable(),
  consistencyScore: z.number(),
});
type WeeklyStats = z.infer<typeof value>;

/** A week's dates, and when each begins, in seconds since 1970. */
interface Week {
  readonly dates: readonly CalendarDate[];
  readonly starts: readonly number[];
}

/** `weekly-stats`: a user's week, Monday to Sunday, in numbers. */
export function createWeeklyStats(calendar: Calendar) {
  const spanOf = createSpans(calendar);
  let lastWeek: Week = { dates: [], starts: [] };
  const weekOf = (weekStart: CalendarDate): Week => {
    if (lastWeek.dates[0] === weekStart) return lastWeek;
    const dates = Array.from({ length: daysInWeek }, (_, day) => calendar.plusDays(weekStart, day));
    lastWeek = { dates, starts: dates.map((date) => spanOf(date, 1).from) };
    return lastWeek;
  };
  let lastIdle: WeeklyStats | undefined;
  const idleWeek = (weekStart: CalendarDate): WeeklyStats => {
    if (lastIdle?.weekStart !== weekStart) lastIdle = Object.freeze(weeklyStats(weekOf(weekStart), []));
    return lastIdle;
  };
  return defineEntry({
    name: "learning.weekly-stats",
    namespace: "learning",
    warmCheck: "first",
    key: "learning:user:{userId}:weekly:{weekStart}",
    params: z.strictObject({ userId: integerParam, weekStart: calendarDate.refine(isMonday, { error: "not a Monday", abort: true }) }),
    value,
    ttl: "15m",
    tags: userTag,
    from: userSessions,
    request: ({ userId, weekStart }) => ({ userId, span: spanOf(weekStart, daysInWeek) }),
    compute(loaded, { weekStart }) {
      if (loaded === null) return null;
      const week = sessionsOf(loaded, spanOf(weekStart, daysInWeek));
      return week.length === 0 ? idleWeek(weekStart) : weeklyStats(weekOf(weekStart), week);
    },
  });
}

/** The numbers of a week's sessions. */
export function weeklyStats({ dates, starts }: Week, week: readonly Session[]): WeeklyStats {
  const days = dates.map(() => ({ sessions: 0, duration: 0, completed: 0 }));
  for (const { startTime, minutes, hasEnded } of week) {
    let place = starts.length - 1;
    while (place >= 0 && startTime < (starts[place] as number)) place -= 1;
    const day = days[place];
    if (!day) continue;
    day.sessions += 1;
    day.duration += minutes;
    day.completed += Number(hasEnded);
  }
  const durations = days.map(({ duration }) => duration);
  const totalDuration = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    weekStart: dates[0] ?? "",
    weekEnd: dates.at(-1) ?? "",
    totalSessions: week.length,
    totalDuration,
    avgSessionDuration: roundRatio(totalDuration, week.length),
    dailyBreakdown: byDate(dates, days),
    activeDays: durations.filter((duration) => duration > 0).length,
    streakDays: longestRun(durations),
    mostProductiveDay: dates[longestDay(durations)] ?? null,
    consistencyScore: consistency(durations, totalDuration),
  };
}

function byDate<Day>(dates: readonly CalendarDate[], days: readonly Day[]): Record<CalendarDate, Day> {
  const found: Record<CalendarDate, Day> = {};
  for (let index = 0; index < dates.length; index++) found[dates[index] as CalendarDate] = days[index] as Day;
  return found;
}

/** The longest run of days with a duration. */
function longestRun(durations: readonly number[]): number {
  let run = 0;
  let longest = 0;
  for (const duration of durations) {
    run = duration > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** The day of the greatest duration, the earliest on a tie; −1 if no day has any. */
function longestDay(durations: readonly number[]): number {
  const greatest = Math.max(...durations);
  return greatest > 0 ? durations.indexOf(greatest) : -1;
}

/** max(0, 1 − σ / mean) of n daily durations, which is (S − √(n Σd² − S²)) / S with S = Σd; 0 if the mean is 0. */
function consistency(durations: readonly number[], total: number): number {
  const squares = durations.reduce((sum, duration) => sum + duration * duration, 0);
  const deviation = Math.sqrt(durations.length * squares - total * total);
  return Math.max(0, roundRatio(total - deviation, total));
}
