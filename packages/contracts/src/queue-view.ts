import { z } from "zod";
import { queueName } from "./queue-name.ts";

/** How a queue stands: its jobs by state, how long the oldest one has waited, and how many workers there are for it. */
export const queueView = z
  .object({
    name: queueName,
    paused: z.boolean(),
    counts: z.record(z.string(), z.int()),
    oldestWaitingSeconds: z.number().nullable(),
    workers: z.int(),
    /** Jobs that were completed in the last whole minute. */
    rate: z.object({ completedPerMinute: z.number() }),
  })
  .meta({ id: "Queue" });
export type QueueView = z.infer<typeof queueView>;
