import { z } from "zod";
import { progress } from "./progress.ts";
import { queueName } from "./queue-name.ts";

/** Where a job stands. */
export const jobState = z.enum(["waiting", "prioritized", "delayed", "active", "waiting-children", "completed", "failed", "cancelled", "unknown"]);
export type JobState = z.infer<typeof jobState>;

/** Answer to an accepted job. */
export const acceptedJob = z
  .object({ id: z.string(), queue: queueName, name: z.string(), state: jobState, deduplicated: z.boolean() })
  .meta({ id: "AcceptedJob" });
export type AcceptedJob = z.infer<typeof acceptedJob>;

/** Who cancelled a job, why (may be empty) and when. */
export const cancellation = z.object({ by: z.string(), reason: z.string(), at: z.string() });
export type Cancellation = z.infer<typeof cancellation>;

/** Everything that is known of one job; times are ISO 8601 instants. */
export const jobView = z
  .object({
    id: z.string(),
    queue: queueName,
    name: z.string(),
    state: jobState,
    progress: progress.nullable(),
    payload: z.unknown(),
    result: z.unknown(),
    error: z.string().nullable(),
    /** Set as soon as somebody has cancelled it; its state says whether it has stopped. */
    cancelled: cancellation.nullable(),
    attempts: z.object({ made: z.int(), started: z.int() }),
    worker: z.string().nullable(),
    enqueuedAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    logs: z.array(z.string()),
  })
  .meta({ id: "Job" });
export type JobView = z.infer<typeof jobView>;
