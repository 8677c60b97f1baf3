import { expect, test } from "vitest";
import type { Session } from "../session.ts";
import { weeklyStats } from "./weekly-stats.ts";

const dayMs = 86_400_000;
const monday = Date.parse("2026-11-16T00:00:00Z");
const dates = Array.from({ length: 7 }, (_, day) => new Date(monday + day * dayMs).toISOString().slice(0, 10));
const week = { dates, starts: dates.map((date) => Date.parse(date) / 1_000) };
const session = (day: number, minutes: number): Session => ({
  startTime: (monday + day * dayMs) / 1_000 + 1,
  hasEnded: true,
  isActive: false,
  minutes,
  rating: null,
  focus: null,
  breaks: 0,
  environment: null,
  device: null,
  subject: null,
});

test("a week without sessions is all zeros", () => {
  expect(weeklyStats(week, [])).toMatchObject({
    totalSessions: 0,
    avgSessionDuration: 0,
    activeDays: 0,
    streakDays: 0,
    mostProductiveDay: null,
    consistencyScore: 0,
  });
});

test("the same every day is perfectly consistent, and the earliest of equal days counts", () => {
  const stats = weeklyStats(
    week,
    dates.map((_, day) => session(day, 60)),
  );
  expect(stats).toMatchObject({ activeDays: 7, streakDays: 7, mostProductiveDay: "2026-11-16", consistencyScore: 1 });
});

test("a streak is the longest run of days in the week, wherever it lies", () => {
  const stats = weeklyStats(
    week,
    [0, 2, 3, 4, 6].map((day) => session(day, day === 3 ? 90 : 30)),
  );
  expect(stats).toMatchObject({ activeDays: 5, streakDays: 3, mostProductiveDay: "2026-11-19", totalSessions: 5 });
  expect(stats.dailyBreakdown["2026-11-17"]).toEqual({ sessions: 0, duration: 0, completed: 0 });
});

test("impossible durations don't break the score", () => {
  expect(weeklyStats(week, [session(0, -30), session(1, 10)]).consistencyScore).toBeGreaterThanOrEqual(0);
  expect(weeklyStats(week, [session(0, -30), session(1, 30)])).toMatchObject({
    totalDuration: 0,
    consistencyScore: 0,
    mostProductiveDay: "2026-11-17",
  });
});
