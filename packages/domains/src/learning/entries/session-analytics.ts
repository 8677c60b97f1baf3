import { defineEntry } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { Calendar } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
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
const hoursOfDay = 24;

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
  const daysTo = createDaysTo(calendar, windowDays);
  const recentTo = createDaysTo(calendar, recentDays);
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
    request: ({ userId }, { asOf }) => ({ userId, span: daysTo(asOf) }),
    compute(loaded, _params, { asOf }) {
      if (loaded === null) return null;
      const days = sessionsOf(loaded, daysTo(asOf));
      return days.length === 0 ? idle : sessionAnalytics(days, { recentFrom: recentTo(asOf).from, hourOf: calendar.hourOf });
    },
  });
}

/** The span of some days to the one of an instant. The last one is remembered: a chunk has one instant. */
function createDaysTo(calendar: Calendar, days: number): (asOf: Date) => Span {
  const spanOf = createSpans(calendar);
  let last: { asOf: Date; span: Span } | undefined;
  return (asOf) => {
    if (last?.asOf !== asOf) last = { asOf, span: spanOf(calendar.plusDays(calendar.dateOf(asOf), 1 - days), days) };
    return last.span;
  };
}

interface When {
  /** Sessions from here on (seconds since 1970) are the recent ones. */
  readonly recentFrom: number;
  readonly hourOf: Calendar["hourOf"];
}

/** The numbers of 30 days' sessions, gone through once. */
function sessionAnalytics(days: readonly Session[], { recentFrom, hourOf }: When): SessionAnalytics {
  const [recent, earlier, focus] = [new Sum(), new Sum(), new Sum()];
  const [environments, devices] = [new Tally(), new Tally()];
  const hours = new Array<number>(hoursOfDay).fill(0);
  let minutes = 0;
  for (const session of days) {
    const half = session.startTime >= recentFrom ? recent : earlier;
    half.add(session.rating);
    focus.add(session.focus);
    environments.add(session.environment);
    devices.add(session.device);
    (hours[hourOf(1_000 * session.startTime)] as number) += 1;
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
    peakHours: withSessions(hours),
    improvementTrend: ratingTrend(recent, earlier) ?? "stable",
    recommendations: recommend({ sessions: days.length, minutes, rating, preferredEnvironment, hours }),
  };
}

function withSessions(hours: readonly number[]): Record<string, number> {
  const found: Record<number, number> = {};
  for (let hour = 0; hour < hours.length; hour++) if (hours[hour]) found[hour] = hours[hour] as number;
  return found;
}

const idle = Object.freeze(sessionAnalytics([], { recentFrom: 0, hourOf: () => 0 }));
