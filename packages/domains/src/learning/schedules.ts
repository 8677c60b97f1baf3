import type { ScheduleFacts } from "@caretaker/engine";

/** What the domain does by itself; nights are those of `tz`. */
export const createSchedules = (tz: string): readonly ScheduleFacts[] => [
  { name: "precompute-active", queue: "warmup", when: { every: "5m" }, payload: { scope: "active" } },
  { name: "cleanup-expired-cache", queue: "cleanup", job: "learning.sweep-cache", when: { every: "1h" }, payload: {}, missed: "skip" },
  {
    name: "archive-old-data",
    queue: "archive",
    when: { pattern: "0 2 * * *", tz },
    payload: {},
    after: [{ queue: "cleanup", payload: {} }],
  },
  { name: "update-analytics", queue: "analytics", when: { pattern: "0 3 * * *", tz }, payload: {} },
];
