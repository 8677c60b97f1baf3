import { defineEntry } from "@caretaker/cache";
import { calendarDate, integerParam } from "@caretaker/contracts";
import type { Calendar, CalendarDate } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { isProductive, type Session } from "../session.ts";
import { createSpans } from "../span.ts";
import { Sum } from "../sum.ts";
import { Tally } from "../tally.ts";
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
export function createDailyStats(calendar: Calendar) {
  const spanOf = createSpans(calendar);
  return defineEntry({
    name: "learning.daily-stats",
    namespace: "learning",
    warmCheck: "first",
    key: "learning:user:{userId}:daily:{date}",
    params: z.strictObject({ userId: integerParam, date: calendarDate }),
    value,
    ttl: "5m",
    tags: userTag,
    from: userSessions,
    request: ({ userId, date }) => ({ userId, span: spanOf(date, 1) }),
    compute(loaded, { date }) {
      if (loaded === null) return null;
      const day = sessionsOf(loaded, spanOf(date, 1));
      return day.length === 0 ? idleDay(date) : dailyStats(date, day);
    },
  });
}

/** The numbers of a day's sessions. */
function dailyStats(date: CalendarDate, day: readonly Session[]): DailyStats {
  const rating = new Sum();
  const [environments, devices, subjects] = [new Tally(), new Tally(), new Tally()];
  let [completed, active, productive, minutes] = [0, 0, 0, 0];
  for (const session of day) {
    rating.add(session.rating);
    environments.add(session.environment);
    devices.add(session.device);
    subjects.add(session.subject);
    completed += Number(session.hasEnded);
    active += Number(session.isActive);
    productive += Number(isProductive(session));
    minutes += session.minutes;
  }
  return {
    date,
    totalSessions: day.length,
    completedSessions: completed,
    activeSessions: active,
    productiveSessions: productive,
    totalDuration: minutes,
    avgEffectiveness: roundRatio(rating.sum, rating.count),
    environments: environments.toObject(),
    devices: devices.toObject(),
    subjects: subjects.toObject(),
  };
}

let lastIdle = dailyStats("", []);

/** The one value that all users without a session that day share. */
function idleDay(date: CalendarDate): DailyStats {
  if (lastIdle.date !== date) lastIdle = Object.freeze(dailyStats(date, []));
  return lastIdle;
}
