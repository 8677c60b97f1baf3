import { z } from "zod";
import { acceptedJob } from "./job.ts";
import { jobOptions } from "./job-options.ts";
import { problem } from "./problem.ts";
import { queueName } from "./queue-name.ts";

/** One job of a batch. */
export const batchItem = z.strictObject({ queue: queueName, payload: z.unknown(), opts: jobOptions.optional() });
export type BatchItem = z.input<typeof batchItem>;

/** Body of a batch; each job is checked and answered by itself. */
export const batch = z.strictObject({ jobs: z.array(z.unknown()).min(1).max(1_000) });
export type Batch = { jobs: BatchItem[] };

/** What became of one job of a batch: accepted (`status` 202), or why not. */
export const batchOutcome = z.union([acceptedJob.extend({ status: z.literal(202) }), problem]);
export type BatchOutcome = z.infer<typeof batchOutcome>;

/** Answer to a batch: an outcome for each of its jobs, in their order. */
export const batchResult = z.object({ outcomes: z.array(batchOutcome) });
export type BatchResult = z.infer<typeof batchResult>;
