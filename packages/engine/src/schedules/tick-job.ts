import { queueName } from "@caretaker/contracts";
import { defineJob, type JobDefinition } from "@caretaker/queue";
import { z } from "zod";

/** The name of the jobs that BullMQ's schedulers make. */
export const tickName = "caretaker.tick";

const tick = z.strictObject({ schedule: z.string() });

/** The jobs by which BullMQ's schedulers say, in whatever queue, that a slot may have come due. They are hints: none, or one too many, does no harm. */
export const tickJobs = (sweep: () => Promise<unknown>): JobDefinition[] =>
  queueName.options.map((queue) =>
    defineJob({
      name: tickName,
      queue,
      schema: tick,
      retry: { attempts: 1, backoff: "1s" },
      timeout: "30s",
      unlogged: true,
      async handler() {
        await sweep();
      },
    }),
  );
