import { PayloadInvalid } from "@caretaker/queue";
import { z } from "zod";
import type { Message, Subscription } from "./subscription.ts";
import { topicMatcher } from "./topic-pattern.ts";

/** Who gets a message. */
export interface Route {
  readonly takers: readonly Subscription[];
  /** Those whose pattern fits and whose filter does not want it. */
  readonly refusers: readonly Subscription[];
  /** Whether nobody wanted it, so that it goes to those who take the rest, if there are any. */
  readonly unrouted: boolean;
}

/** A table of subscriptions that says who gets a message. Throws `PayloadInvalid` where one whose pattern fits has another schema. */
export function createRouter(subscriptions: readonly Subscription[]): (message: Message<unknown>) => Route {
  const patterns = subscriptions.flatMap((subscription) =>
    subscription.pattern === undefined ? [] : [{ subscription, fits: topicMatcher(subscription.pattern) }],
  );
  const rest = subscriptions.filter(({ pattern }) => pattern === undefined);
  return (message) => {
    const takers: Subscription[] = [];
    const refusers: Subscription[] = [];
    for (const { subscription, fits } of patterns) {
      if (!fits(message.topic)) continue;
      (wants(subscription, message) ? takers : refusers).push(subscription);
    }
    if (takers.length > 0) return { takers, refusers, unrouted: false };
    return { takers: rest.filter((subscription) => wants(subscription, message)), refusers, unrouted: true };
  };
}

function wants(subscription: Subscription, message: Message<unknown>): boolean {
  const parsed = subscription.schema.safeParse(message.content);
  if (!parsed.success) throw new PayloadInvalid(`topic ${message.topic} (${subscription.name})`, inMessage(parsed.error));
  return subscription.filter?.({ ...message, content: parsed.data }) ?? true;
}

/** The same faults, found in the field `message`. */
const inMessage = ({ issues }: z.ZodError) => new z.ZodError(issues.map((issue) => ({ ...issue, path: ["message", ...issue.path] })));
