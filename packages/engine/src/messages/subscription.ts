import type { Duration, MessagePriority } from "@caretaker/contracts";
import type { JobContext } from "@caretaker/queue";
import type { z } from "zod";

/** A message as a subscription gets it. */
export interface Message<Content> {
  /** The same for all subscriptions, and whenever it is tried. */
  readonly id: string;
  readonly topic: string;
  readonly content: Content;
  readonly priority: MessagePriority;
  /** Messages of one key are handled one after the other, in the order in which they were published. */
  readonly key: string | undefined;
}

/** Who wants messages: which ones, and what is done with each. Every subscription gets its own, whatever becomes of the others'. */
export interface Subscription<Schema extends z.ZodType = z.ZodType> {
  /** `<domain>.<name>`. */
  readonly name: string;
  /** Topics with `*` for one word and a last `>` for one or more; none for one that gets what nobody else takes. */
  readonly pattern?: string;
  /** What a message must be; publishing another one to a topic of the pattern is refused. */
  readonly schema: Schema;
  readonly retry?: { readonly attempts: number; readonly backoff: Duration };
  readonly timeout?: Duration;
  // methods, so that subscriptions to different messages go into one list
  /** Whether it wants a message; those that it does not want are counted. */
  filter?(message: Message<z.output<Schema>>): boolean;
  /** Handles a message, perhaps more than once: its effect must be the same the second time. */
  handler(message: Message<z.output<Schema>>, context: Pick<JobContext<unknown>, "signal" | "use" | "progress">): Promise<unknown>;
}

/** Declares a subscription. */
export const defineSubscription = <Schema extends z.ZodType>(subscription: Subscription<Schema>): Subscription<Schema> => Object.freeze(subscription);

/** The name of the job that takes a subscription's messages: `messaging.deliver-sms` of `messaging.sms`. */
export const deliveryName = ({ name }: Pick<Subscription, "name">): string => name.replace(".", ".deliver-");
