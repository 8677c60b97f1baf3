import { z } from "zod";
import { calendarDate, instant } from "./instant.ts";

/**
 * Payload of an `analytics` job of any domain. Without dates, what has changed since the last run is computed; with them, all windows
 * of these days, both included, and with `rebuild` all there are (or all of the days).
 */
export const analyticsPayload = z
  .strictObject({
    domain: z.string(),
    asOf: instant.optional(),
    rollups: z.array(z.string()).min(1).max(100).optional(),
    from: calendarDate.optional(),
    to: calendarDate.optional(),
    rebuild: z.boolean().default(false),
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ["to"], error: "is before from" });
export type AnalyticsPayload = z.infer<typeof analyticsPayload>;

/** What a run did: `windows` were computed, which changed `rows` of the rollup's table; a second run changes none. */
export const analyticsResult = z.object({
  rollups: z.record(z.string(), z.object({ windows: z.int(), rows: z.int() })),
  ms: z.number(),
});
export type AnalyticsResult = z.infer<typeof analyticsResult>;
