import { createHash } from "node:crypto";
import { messagePriority, topic } from "@caretaker/contracts";
import { defineJob, type JobDefinition, type Lanes, runInTurn } from "@caretaker/queue";
import { z } from "zod";
import { deliveryName, type Message, type Subscription } from "./subscription.ts";

/** A message on its way to one subscription, as the job's data. */
const deliveryOf = (schema: z.ZodType) =>
  z.strictObject({
    id: z.string(),
    topic,
    content: schema,
    priority: messagePriority.default("normal"),
    key: z.string().optional(),
  });

/** The lane of the messages that a subscription gets with a key. */
export const laneOf = (subscription: Pick<Subscription, "name">, key: string): string =>
  `${subscription.name}:${createHash("sha256").update(key).digest("base64url").slice(0, 22)}`;

/** The job that takes one message to one subscription; failures are logged with the runs, successes are too many for that. */
export function deliveryJob(subscription: Subscription, lanes: Lanes): JobDefinition {
  const { schema, retry = { attempts: 4, backoff: "2s" }, timeout = "1m" } = subscription;
  return defineJob({
    name: deliveryName(subscription),
    queue: "messages",
    schema: deliveryOf(schema),
    retry,
    timeout,
    deduplicate: false,
    unlogged: "unless failed",
    async handler(context) {
      const message = context.data as Message<unknown>;
      const handle = () => subscription.handler(message, context);
      return message.key === undefined ? handle() : runInTurn(lanes, laneOf(subscription, message.key), context, handle);
    },
  }) as JobDefinition;
}
