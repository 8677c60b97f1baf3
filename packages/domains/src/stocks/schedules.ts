import type { ScheduleFacts } from "@caretaker/engine";

/** What the domain does by itself. */
export const schedules: readonly ScheduleFacts[] = [
  {
    name: "warmup-hot-stocks",
    queue: "warmup",
    when: { every: "30m" },
    payload: { entries: ["quote", "info"], scope: "active", force: true },
    missed: "skip",
  },
  { name: "archive-executions", queue: "archive", when: { pattern: "30 4 * * *", tz: "America/New_York" }, payload: {} },
];
