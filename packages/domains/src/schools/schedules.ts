import type { ScheduleFacts } from "@caretaker/engine";

export const tz = "Asia/Hong_Kong";
const warmup = { queue: "warmup", overlap: "skip" } as const;

/** The schedules of the system that was here before. */
export const oldSchedules: readonly ScheduleFacts[] = [
  { ...warmup, name: "warmup-all-3am", when: { pattern: "0 3 * * *", tz }, payload: { entries: ["all"], force: true } },
  { ...warmup, name: "warmup-all-8am", when: { pattern: "0 8 * * *", tz }, payload: { entries: ["all"], force: true } },
  { ...warmup, name: "warmup-lists-12pm", when: { pattern: "0 12 * * *", tz }, payload: { entries: ["lists"], force: true } },
  { ...warmup, name: "warmup-stats", when: { pattern: "0 */2 * * *", tz }, payload: { entries: ["stats"], force: true } },
];

/** What the domain does by itself. */
export const schedules: readonly ScheduleFacts[] = [
  ...oldSchedules,
  { ...warmup, name: "warmup-popular", when: { every: "30s" }, payload: { scope: "popular" }, missed: "skip" },
];
