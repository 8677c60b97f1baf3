import { z } from "zod";
import { duration, toMs } from "./duration.ts";

const longestDelayMs = 30 * 86_400_000;

/** What a message is about: words of letters, digits, `_` and `-`, separated by dots. */
export const topic = z
  .string()
  .max(200)
  .regex(/^[\w-]+(\.[\w-]+)*$/, "not a topic such as user.email");

/** How soon a message is handled; urgent ones go before all that waits. */
export const messagePriority = z.enum(["normal", "high", "urgent"]);
export type MessagePriority = z.infer<typeof messagePriority>;

/** A message to be published. */
export const publishing = z.strictObject({
  topic,
  message: z.unknown(),
  priority: messagePriority.default("normal"),
  /** How long it waits before anybody gets it: 30 days at most. */
  delay: duration.refine((text) => toMs(text) <= longestDelayMs, "more than 30 days").optional(),
  /** Messages of one key are handled one after the other, in the order in which they were published. */
  key: z.string().min(1).max(200).optional(),
  /** Published again under the same id, it reaches nobody twice while its jobs are known. */
  id: z
    .string()
    .max(64)
    .regex(/^[\w.-]+$/, "letters, digits, dots, hyphens and underscores")
    .optional(),
});
export type Publishing = z.input<typeof publishing>;

/** What became of a message: the job of each subscription that gets it, and who did not want it. */
export const publication = z.object({
  id: z.string(),
  deliveries: z.array(z.object({ subscription: z.string(), job: z.string() })),
  refused: z.array(z.string()),
  /** Whether no subscription wanted it, so that it went to those who take the rest. */
  unrouted: z.boolean(),
});
export type Publication = z.infer<typeof publication>;

/** A subscription and how many messages it took and refused. */
export const subscriptionView = z.object({
  name: z.string(),
  /** `null` for one that takes what nobody else does. */
  pattern: z.string().nullable(),
  /** The name of its jobs in the queue `messages`. */
  job: z.string(),
  taken: z.int(),
  refused: z.int(),
});
export type SubscriptionView = z.infer<typeof subscriptionView>;

/** All subscriptions, and how many messages nobody wanted. */
export const subscriptionList = z.object({ subscriptions: z.array(subscriptionView), unrouted: z.int() });
export type SubscriptionList = z.infer<typeof subscriptionList>;
