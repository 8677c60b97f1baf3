import type { ScheduleFacts } from "@caretaker/engine";
import { tz } from "./project.ts";

/** Values of ongoing projects are replaced while they are still fresh, so that no reader waits; a slot that was missed is made up for by the next. */
const refresh = (name: string, pattern: string, entries: string[]): ScheduleFacts => ({
  name,
  queue: "warmup",
  when: { pattern, tz },
  payload: { entries, scope: "active", force: true },
  missed: "skip",
});

/** What the domain does by itself; the quarter of an hour at midnight is the new day's. */
export const schedules: readonly ScheduleFacts[] = [
  refresh("refresh-projects", "0 * * * *", ["projects", "project-info"]),
  refresh("refresh-stats", "*/30 * * * *", ["project-stats", "leaderboard"]),
  refresh("refresh-daily-stats", "*/15 * * * *", ["daily-stats"]),
  refresh("refresh-topics", "*/5 * * * *", ["topics"]),
  { name: "update-daily", queue: "analytics", when: { every: "15m" }, payload: {}, missed: "latest" },
  { name: "archive-over", queue: "archive", when: { pattern: "30 4 * * *", tz }, payload: {} },
];
