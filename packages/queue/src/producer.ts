import { type AcceptedJob, CaretakerError, type QueueName } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import type { z } from "zod";
import { addTogether, type Outcome } from "./add-together.ts";
import { type Addition, additionOf, type EnqueueOptions, type Order } from "./addition.ts";
import { inGroups } from "./in-groups.ts";
import type { JobDefinition } from "./job.ts";

export interface Producer {
  /** Checks a payload and puts its job into its queue; while an equal one waits, that one is given back instead. */
  enqueue<Schema extends z.ZodType>(job: JobDefinition<Schema>, payload: z.input<Schema>, options?: EnqueueOptions): Promise<AcceptedJob>;
  /** The same for many, with one round trip for each queue; resolves to what became of each, in order. */
  enqueueMany(orders: readonly Order[]): Promise<Outcome[]>;
}

/** Small enough that Redis adds one group while the next is made, large enough that what a group costs by itself does not count. */
const grouping = { atOnce: 5, full: 16 };

/** Puts jobs into `queues`. Throws `PayloadInvalid`, `QueueUnavailable` or `OutcomeUnknown`. */
export function createProducer(queues: Readonly<Record<QueueName, Queue>>): Producer {
  const add = inGroups((additions: Addition[]) => addToQueues(queues, additions), grouping);
  return {
    async enqueue(job, payload, options) {
      const outcome = await add(additionOf({ job, payload, options }));
      if (outcome instanceof CaretakerError) throw outcome;
      return outcome;
    },
    async enqueueMany(orders) {
      const checked = orders.map(check);
      const outcomes = (
        await addToQueues(
          queues,
          checked.filter((item): item is Addition => !(item instanceof CaretakerError)),
        )
      ).values();
      return checked.map((item) => (item instanceof CaretakerError ? item : (outcomes.next().value as Outcome)));
    },
  };
}

async function addToQueues(queues: Readonly<Record<QueueName, Queue>>, additions: readonly Addition[]): Promise<Outcome[]> {
  const groups = [...Map.groupBy(additions, ({ queue }) => queue)];
  if (groups.length === 1) return addTogether(queues[(groups[0] as (typeof groups)[number])[0]], additions);
  const outcomes = new Map<Addition, Outcome>();
  await Promise.all(
    groups.map(async ([queue, group]) => {
      const added = await addTogether(queues[queue], group);
      for (const [index, addition] of group.entries()) outcomes.set(addition, added[index] as Outcome);
    }),
  );
  return additions.map((addition) => outcomes.get(addition) as Outcome);
}

function check(order: Order): Addition | CaretakerError {
  try {
    return additionOf(order);
  } catch (error) {
    if (error instanceof CaretakerError) return error;
    throw error;
  }
}
