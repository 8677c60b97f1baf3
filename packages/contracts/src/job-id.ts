import { z } from "zod";

/** What a queue keeps in Redis beside its jobs, where jobs are: one of such an id would be taken for it, or be written over it. */
const namesOfBullmq =
  "active wait waiting-children paused id delayed prioritized stalled-check completed failed stalled repeat limiter meta events pc marker de";
const namesOfOurs = "line-normal line-low message-counts";
const names = new Set(`${namesOfBullmq} ${namesOfOurs}`.split(" "));
const isOfQueue = (id: string) => names.has(id) || id.startsWith("places-");
/** The id of a scheduler's run; all else with a colon belongs to a job or to the queue. */
const ofScheduler = /^repeat:[^:]+:\d+$/;

/** Whether a job can have this id, whoever made it up. */
export const isJobId = (id: string): boolean => (id.includes(":") ? ofScheduler.test(id) : !isOfQueue(id));

/** An id that a caller may choose: BullMQ takes digits for its own numbers and splits at colons; in a path, dots alone lead elsewhere. */
export const chosenId = z
  .string()
  .min(1)
  .max(128, "longer than 128 characters")
  .regex(/^[^:]*$/, "an id has no colon")
  .regex(/^\P{Cc}*$/u, "an id has no control characters")
  .refine((id) => !/^\.\.?$/.test(id), "an id is not dots only")
  .regex(/\D/, "an id is not digits only")
  .refine((id) => !isOfQueue(id), "queues keep something else under this name");
