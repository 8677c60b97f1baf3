import { z } from "zod";

/** The fields by which a payload is sent to its job; a BullMQ client, which names the job itself, may leave them out. */
export const addressedTo = <const Job extends string>(job: Job) => ({
  domain: z.literal("messaging").default("messaging"),
  job: z.literal(job).default(job as never),
});
