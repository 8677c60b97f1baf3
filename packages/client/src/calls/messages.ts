import type { Publication, Publishing, SubscriptionList } from "@caretaker/contracts";
import type { Call, Transport } from "../transport.ts";

/** Messages that are routed by topic. */
export interface Messages {
  /** Hands a message to every subscription to its topic; once, also if the answer is lost and it is asked again. */
  publish(message: Publishing, call?: Call): Promise<Publication>;
  /** Who gets messages of which topics. */
  subscriptions(call?: Call): Promise<SubscriptionList>;
}

/** Publishing messages. */
export const createMessages = (transport: Transport): Messages => ({
  publish: (message, { signal } = {}) =>
    transport.ask("/v1/messages", {
      method: "POST",
      headers: { "Idempotency-Key": crypto.randomUUID() },
      body: message,
      signal,
      repeatable: true,
    }),
  subscriptions: ({ signal } = {}) => transport.ask("/v1/subscriptions", { signal }),
});
