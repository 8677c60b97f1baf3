import { z } from "zod";
import { jobState, jobView } from "./job.ts";
import { progress } from "./progress.ts";

/** What is told of a job while it is followed: where it stands, how far it has come, and at last how it ended. */
export const jobEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("state"), data: z.object({ state: jobState }) }),
  z.object({ event: z.literal("progress"), data: progress }),
  z.object({ event: z.literal("end"), data: jobView }),
]);
export type JobEvent = z.infer<typeof jobEvent>;
