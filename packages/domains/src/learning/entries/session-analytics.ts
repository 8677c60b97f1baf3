import { defineEntry } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { Calendar } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { sumUp } from "../mean.ts";
import { recommend, recommendation } from "../recommend.ts";
import type { Session } from "../session.ts";
import { mostFrequent, tally } from "../tally.ts";
import { ratingTrend } from "../trend.ts";
import { sessionsOf, userSessions } from "../user-sessions.ts";
import { counts, userTag } from "./shapes.ts";

const windowDays = 30;
const recentDays = 15;

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
export const createSessionAnalytics = (calendar: Calendar) =>
  defineEntry({
    name: "learning.session-analytics",
    namespace: "learning",
    warmCheck: "first",
    key: "learning:user:{userId}:session-analytics",
    params: z.strictObject({ userId: integerParam }),
    value,
    ttl: "10m",
    tags: userTag,
    from: userSessions,
    request({ userId }, { asOf }) {
      const today = calendar.dateOf(asOf);
      return { userId, from: calendar.startOf(calendar.plusDays(today, 1 - windowDays)), to: calendar.startOf(calendar.plusDays(today, 1)) };
    },
    compute(loaded, _params, { asOf }) {
      if (!loaded) return null;
      const days = sessionsOf(loaded);
      if (days.length === 0) return idle;
      const recentFrom = calendar.startOf(calendar.plusDays(calendar.dateOf(asOf), 1 - recentDays));
      return sessionAnalytics(days, { recentFrom, hourOf: calendar.hourOf });
    },
  });

interface When {
  /** Sessions from here on (ms since 1970) are the recent ones. */
  readonly recentFrom: number;
  readonly hourOf: Calendar["hourOf"];
}

/** The numbers of 30 days' sessions. */
function sessionAnalytics(days: readonly Session[], { recentFrom, hourOf }: When): SessionAnalytics {
  const rating = sumUp(days, (session) => session.rating);
  const focus = sumUp(days, (session) => session.focus);
  const peakHours = tally(days, ({ startTime }) => hourOf(startTime));
  const preferredEnvironment = mostFrequent(tally(days, ({ environment }) => environment));
  const recent = days.filter(({ startTime }) => startTime >= recentFrom);
  const earlier = days.filter(({ startTime }) => startTime < recentFrom);
  return {
    totalSessions: days.length,
    avgEffectiveness: roundRatio(rating.sum, rating.count),
    avgFocusScore: roundRatio(focus.sum, 100 * focus.count),
    preferredEnvironment,
    preferredDevice: mostFrequent(tally(days, ({ device }) => device)),
    peakHours: Object.fromEntries(peakHours),
    improvementTrend: ratingTrend(recent, earlier) ?? "stable",
    recommendations: recommend({ sessions: days, rating, preferredEnvironment, peakHours }),
  };
}

const idle = Object.freeze(sessionAnalytics([], { recentFrom: 0, hourOf: () => "" }));
