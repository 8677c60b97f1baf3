import { z } from "zod";

/** How far a job has come: `current` of `total` units, and what it is doing. */
export const progress = z.object({ current: z.number(), total: z.number(), status: z.string() });
export type Progress = z.infer<typeof progress>;
