import { z } from "zod";

/** The queues, named for the work that is done in them. */
export const queueName = z.enum(["warmup", "cleanup", "archive", "analytics", "messages"]);
export type QueueName = z.infer<typeof queueName>;
