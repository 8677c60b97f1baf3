import type { ScheduleFacts } from "@caretaker/engine";

/** What the domain does by itself. */
export const schedules: readonly ScheduleFacts[] = [
  { name: "precompute-active", queue: "warmup", when: { every: "5m" }, payload: { scope: "active" } },
];
