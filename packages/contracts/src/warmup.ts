import { z } from "zod";
import { instant } from "./instant.ts";

/** A parameter set as a caller writes it; the entry that it is for reads it. */
export const paramSet = z.record(z.string(), z.unknown());
export type ParamSet = z.infer<typeof paramSet>;

/** What to warm: users (or whatever the domain warms) that were active lately, all of them, what was asked for most, or the given parameter sets. */
export const warmupScope = z.union([z.enum(["active", "all", "popular"]), z.strictObject({ params: z.array(paramSet).min(1).max(10_000) })], {
  error: 'not a scope: write "active", "all", "popular" or { "params": [ … ] }',
});

/** Payload of a `warmup` job of any domain; `asOf` defaults to the moment the job was enqueued. */
export const warmupPayload = z.strictObject({
  domain: z.string(),
  asOf: instant.optional(),
  entries: z.array(z.string()).min(1).max(100).optional(),
  scope: warmupScope.default("active"),
  activeDays: z.int().min(1).max(365).default(7),
  force: z.boolean().default(false),
  chunkSize: z.int().min(1).max(10_000).default(1_000),
});
export type WarmupPayload = z.infer<typeof warmupPayload>;

/** A value that could not be warmed, and why. */
export const warmupFailure = z.object({ entry: z.string(), params: paramSet, error: z.string() });
export type WarmupFailure = z.infer<typeof warmupFailure>;

/**
 * What a warm-up did. Every target is counted once: `targets` = `written` + `fresh` (left alone) + `fenced`
 * (invalidated while it was loaded, so not stored) + `failed`; `failures` are the first 100 of the failed.
 */
export const warmupResult = z.object({
  targets: z.int(),
  written: z.int(),
  fresh: z.int(),
  fenced: z.int(),
  failed: z.int(),
  chunks: z.int(),
  queries: z.int(),
  ms: z.number(),
  failures: z.array(warmupFailure),
  /** How many of the written values have been read since, give or take 1 %: known of a warm-up that is over. */
  reads: z.int().optional(),
});
export type WarmupResult = z.infer<typeof warmupResult>;
