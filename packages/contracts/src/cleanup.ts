import { z } from "zod";
import { instant } from "./instant.ts";

/** At most so many rows in one transaction; where the database is slow, batches get smaller by themselves. */
export const batchSize = z.int().min(1).max(50_000).default(1_000);

/** Payload of a `cleanup` job of any domain; all of its rules unless some are named. */
export const cleanupPayload = z.strictObject({
  domain: z.string(),
  asOf: instant.optional(),
  rules: z.array(z.string()).min(1).max(100).optional(),
  batchSize,
  dryRun: z.boolean().default(false),
});
export type CleanupPayload = z.infer<typeof cleanupPayload>;

/** What a cleanup did: `matched` rows were found by a rule, `removed` of them are in quarantine now; none are after a dry run. */
export const cleanupResult = z.object({
  rules: z.record(z.string(), z.object({ matched: z.int(), removed: z.int() })),
  batches: z.int(),
  ms: z.number(),
});
export type CleanupResult = z.infer<typeof cleanupResult>;
