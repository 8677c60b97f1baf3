import { queueName } from "@caretaker/contracts";
import { z } from "zod";

/** A queue in a path; another one is told which there are. */
export const queueParam = z.enum(queueName.options, {
  error: ({ input }) => `there is no queue ${String(input)}; known: ${queueName.options.join(", ")}`,
});

/** An id in a path: any that there can be, also those that BullMQ makes. */
export const idParam = z
  .string()
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "no id has control characters");
