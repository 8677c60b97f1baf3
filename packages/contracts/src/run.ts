import { z } from "zod";
import { instant } from "./instant.ts";
import { queueName } from "./queue-name.ts";

/** How an attempt of a job ended; `stalled`: its worker was lost. */
export const runOutcome = z.enum(["completed", "failed", "cancelled", "stalled"]);
export type RunOutcome = z.infer<typeof runOutcome>;

/** One attempt of a job that has ended. */
export const runView = z
  .object({
    id: z.string(),
    jobId: z.string(),
    queue: queueName,
    name: z.string(),
    domain: z.string(),
    payload: z.unknown(),
    attempt: z.int(),
    startedAt: z.string(),
    finishedAt: z.string(),
    outcome: runOutcome,
    error: z.string().nullable(),
    result: z.unknown(),
    worker: z.string().nullable(),
  })
  .meta({ id: "Run" });
export type RunView = z.infer<typeof runView>;

/** What runs are searched by; `text` is words of the error, the payload or the worker. */
export const runSearch = z.strictObject({
  domain: z.string().max(100).optional(),
  queue: queueName.optional(),
  name: z.string().max(200).optional(),
  outcome: runOutcome.optional(),
  /** Started at or after this instant. */
  from: instant.optional(),
  /** Started before this instant. */
  to: instant.optional(),
  text: z.string().max(200).optional(),
  /** The `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type RunSearch = z.input<typeof runSearch>;

/** A page of runs, the latest first; `next` asks for the one after it. */
export const runPage = z.object({ runs: z.array(runView), next: z.string().nullable() });
export type RunPage = z.infer<typeof runPage>;
