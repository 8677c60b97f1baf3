import { z } from "zod";
import { duration, toMs } from "./duration.ts";
import { chosenId } from "./job-id.ts";

const longestDelayMs = 30 * 86_400_000;

/** How long a job is to wait: milliseconds or a duration, at most 30 days. */
const delay = z.union([z.int().min(0).max(longestDelayMs), duration.refine((text) => toMs(text) <= longestDelayMs)], {
  error: "not a delay from 0 to 30 days: write milliseconds, or a duration such as 5m",
});

const shape = { jobId: chosenId.optional(), delay: delay.optional(), priority: z.enum(["high", "normal", "low"]).optional() };
const settable = Object.keys(shape).join(", ");

/** What a caller may say of a job besides its payload; how often it is tried and how long it is kept is the worker's to say. */
export const jobOptions = z.strictObject(shape, {
  error: ({ code }) => (code === "unrecognized_keys" ? `can't be set from outside; what can: ${settable}` : undefined),
});
export type JobOptions = z.infer<typeof jobOptions>;
