import { type EntryReader, PermanentFailure } from "@caretaker/engine";
import { z } from "zod";

/** What a report says of a user's studies. */
export interface StudyReport {
  readonly userId: number;
  /** The last of the days, and the day of the report. */
  readonly lastDay: string;
  readonly days: readonly { readonly date: string; readonly minutes: number; readonly sessions: number }[];
  readonly effectiveness: number;
  readonly focus: number;
  readonly trend: string;
  readonly recommendations: readonly string[];
}

const day = z.object({ date: z.string(), totalDuration: z.number(), totalSessions: z.number() });
const analytics = z.object({
  avgEffectiveness: z.number(),
  avgFocusScore: z.number(),
  improvementTrend: z.string(),
  recommendations: z.array(z.object({ text: z.string() })),
});

const dayMs = 86_400_000;

/** Reads a user's days up to `asOf` through the cache, oldest first. A user whom nobody knows is a `PermanentFailure`. */
export async function readStudyReport(read: EntryReader, { userId, days, asOf }: { userId: number; days: number; asOf: Date }): Promise<StudyReport> {
  const dates = Array.from({ length: days }, (_, index) => new Date(asOf.getTime() - (days - 1 - index) * dayMs).toISOString().slice(0, 10));
  const [[summary], found] = await Promise.all([
    read("learning.session-analytics", [{ userId }]),
    read(
      "learning.daily-stats",
      dates.map((date) => ({ userId, date })),
    ),
  ]);
  if (!summary) throw new PermanentFailure(`there is no user ${userId}`);
  const { avgEffectiveness, avgFocusScore, improvementTrend, recommendations } = analytics.parse(summary);
  return {
    userId,
    lastDay: dates.at(-1) ?? "",
    days: found.map((value, index) => dayOf(value, dates[index] ?? "")),
    effectiveness: avgEffectiveness,
    focus: avgFocusScore,
    trend: improvementTrend,
    recommendations: recommendations.map(({ text }) => text),
  };
}

function dayOf(value: unknown, date: string) {
  if (value === null) return { date, minutes: 0, sessions: 0 };
  const { totalDuration, totalSessions } = day.parse(value);
  return { date, minutes: totalDuration, sessions: totalSessions };
}
