import { z } from "zod";
import { batchSize } from "./cleanup.ts";
import { instant } from "./instant.ts";

const days = z.int().min(0).max(36_500);

/** Payload of an `archive` job of any domain; all of its policies unless some are named, with their own limits unless others are given. */
export const archivePayload = z.strictObject({
  domain: z.string(),
  asOf: instant.optional(),
  policies: z.array(z.string()).min(1).max(100).optional(),
  archiveOlderThanDays: days.optional(),
  deleteOlderThanDays: days.optional(),
  batchSize,
  dryRun: z.boolean().default(false),
});
export type ArchivePayload = z.infer<typeof archivePayload>;

/**
 * What a policy did: `matched` rows were to be `archived` or `purged`. A dry run does neither, and says how many it would
 * (`toArchive`, `toPurge`). `waitsFor` says what has to be done first for the rows that were not purged although they are old enough.
 */
export const policyResult = z.object({
  matched: z.int(),
  archived: z.int(),
  purged: z.int(),
  toArchive: z.int().optional(),
  toPurge: z.int().optional(),
  waitsFor: z.string().optional(),
});
export type PolicyResult = z.infer<typeof policyResult>;

export const archiveResult = z.object({ policies: z.record(z.string(), policyResult), batches: z.int(), ms: z.number() });
export type ArchiveResult = z.infer<typeof archiveResult>;

/** Payload of a job that puts back what a run has quarantined or archived. */
export const restorePayload = z.strictObject({ domain: z.string(), runId: z.uuid(), batchSize });

/** What a restore did: rows `restored` to each table, and those that stay where they are since their key is `taken` by now. */
export const restoreResult = z.object({
  tables: z.record(z.string(), z.object({ restored: z.int(), taken: z.int() })),
  batches: z.int(),
  ms: z.number(),
});
export type RestoreResult = z.infer<typeof restoreResult>;
