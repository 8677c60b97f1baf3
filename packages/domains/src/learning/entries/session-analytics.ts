import { defineEntry } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import { type Calendar, type CalendarDate, roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { Hours } from "../hours.ts";
import { recommend, recommendation } from "../recommend.ts";
import type { Session } from "../session.ts";
import { createSpans, type Span } from "../span.ts";
import { Sum } from "../sum.ts";
import { Tally } from "../tally.ts";
import { ratingTrend } from "../trend.ts";
import { sessionsOf, userSessions } from "../user-sessions.ts";
import { counts, userTag } from "./shapes.ts";

const windowDays = 30;
const recentDays = 15;
const hoursInDay = 24;

const value = z.strictObject({
  totalSessions: z.int(),
  avgEffectiveness: z.number(),
  avgFocusScore: z.number(),
  preferredEnvironment: z.string().nullable(),
  preferredDevice: z.string().nullable(),
  peakHours: counts,
  improvementTrend: z.enum(["improving", "stable", "declining"]),
  recommendations: z.array(recommendation),
});
type SessionAnalytics = z.infer<typeof value>;

/** `session-analytics`: how a user studied in the 30 days to now. */
export function createSessionAnalytics(calendar: Calendar) {
  const windowTo = createWindowTo(calendar);
  return defineEntry({
    name: "learning.session-analytics",
    namespace: "learning",
    warmCheck: "first",
    key: "learning:user:{userId}:session-analytics",
    params: z.strictObject({ userId: integerParam }),
    value,
    ttl: "10m",
    tags: userTag,
    from: userSessions,
    request: ({ userId }, { asOf }) => ({ userId, span: windowTo(asOf).span }),
    compute(loaded, _params, { asOf }) {
      if (loaded === null) return null;
      const window = windowTo(asOf);
      const days = sessionsOf(loaded, window.span);
      return days.length === 0 ? idleIn(window) : sessionAnalytics(days, window);
    },
  });
}

/** The 30 days to the one of an instant. */
interface Window {
  readonly span: Span;
  /** Sessions from here on, in seconds since 1970, are the recent ones. */
  readonly recentFrom: number;
  readonly hours: Hours;
}

/** The window of an instant. The last one is remembered: a chunk has one instant, and a day one window. */
function createWindowTo(calendar: Calendar): (asOf: Date) => Window {
  let last: { asOf: Date; today: CalendarDate; window: Window } | undefined;
  return (asOf) => {
    if (last?.asOf === asOf) return last.window;
    const today = calendar.dateOf(asOf);
    last = { asOf, today, window: last?.today === today ? last.window : windowOf(calendar, today) };
    return last.window;
  };
}

function windowOf(calendar: Calendar, today: CalendarDate): Window {
  const spanOf = createSpans(calendar);
  const daysToToday = (days: number) => spanOf(calendar.plusDays(today, 1 - days), days);
  const span = daysToToday(windowDays);
  return { span, recentFrom: daysToToday(recentDays).from, hours: new Hours(calendar, span) };
}

/** The numbers of 30 days' sessions, gone through once. */
function sessionAnalytics(days: readonly Session[], { recentFrom, hours }: Window): SessionAnalytics {
  const [recent, earlier, focus] = [new Sum(), new Sum(), new Sum()];
  const [environments, devices] = [new Tally(), new Tally()];
  const ofHour = new Array<number>(hoursInDay).fill(0);
  let minutes = 0;
  for (const session of days) {
    const half = session.startTime >= recentFrom ? recent : earlier;
    half.add(session.rating);
    focus.add(session.focus);
    environments.add(session.environment);
    devices.add(session.device);
    (ofHour[hours.of(session.startTime)] as number) += 1;
    minutes += session.minutes;
  }
  const rating = recent.plus(earlier);
  const preferredEnvironment = environments.mostFrequent;
  return {
    totalSessions: days.length,
    avgEffectiveness: roundRatio(rating.sum, rating.count),
    avgFocusScore: roundRatio(focus.sum, 100 * focus.count),
    preferredEnvironment,
    preferredDevice: devices.mostFrequent,
    peakHours: withSessions(ofHour),
    improvementTrend: ratingTrend(recent, earlier) ?? "stable",
    recommendations: recommend({ sessions: days.length, minutes, rating, preferredEnvironment, hours: ofHour }),
  };
}

function withSessions(hours: readonly number[]): Record<string, number> {
  const found: Record<number, number> = {};
  for (let hour = 0; hour < hours.length; hour++) if (hours[hour]) found[hour] = hours[hour] as number;
  return found;
}

let idle: SessionAnalytics | undefined;

/** The one value that all users without a session in a window share. */
function idleIn(window: Window): SessionAnalytics {
  idle ??= Object.freeze(sessionAnalytics([], window));
  return idle;
}
