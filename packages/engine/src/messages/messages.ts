import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { type Publication, type Publishing, publishing, type SubscriptionList, toMs } from "@caretaker/contracts";
import { addMessages, createLanes, currentRequest, inGroups, type JobDefinition, type Outgoing } from "@caretaker/queue";
import { checked } from "../checked.ts";
import type { Connections } from "../connections.ts";
import { insertJob, messageRow, type Transaction } from "../outbox/insert-job.ts";
import { deliveryJob, laneOf } from "./delivery-job.ts";
import { countRoutes, readCounts } from "./message-counts.ts";
import { createRouter, type Route } from "./route-message.ts";
import { deliveryName, type Subscription } from "./subscription.ts";

interface MessageEvents {
  /** A message was published, to these. */
  published: [{ topic: string; taken: readonly string[]; refused: readonly string[]; unrouted: boolean }];
}

/** Messages that are routed by topic to those who subscribed. */
export interface Messages {
  /** The jobs that take messages to their subscriptions. */
  readonly jobs: readonly JobDefinition[];
  readonly events: EventEmitter<MessageEvents>;
  /**
   * Hands a message to every subscription that takes it; resolves once all of them are sure to get it, at least once. Throws
   * `PayloadInvalid`, `QueueUnavailable`, or `OutcomeUnknown`: published again under the same id, it reaches nobody twice whom
   * Redis still knows it reached.
   */
  publish(message: Publishing): Promise<Publication>;
  /**
   * Has a message published once the caller's transaction commits, and never if it does not; resolves to its id. Messages of one key come in
   * the order of their transactions, where one begins after the other has ended. Throws `PayloadInvalid`.
   */
  publishIn(tx: Transaction, message: Publishing): Promise<string>;
  /** Lets the messages go on that wait for one which has failed for good or was cancelled. */
  letGo(jobName: string, id: string): Promise<void>;
  /** Who subscribed, with how many messages each took and refused. */
  subscriptions(): Promise<SubscriptionList>;
}

interface Parcel {
  readonly route: Route;
  readonly outgoing: readonly Outgoing[];
}

/** Publishing to `subscriptions` over the queue `messages`. */
export function createMessages({ queues, queueRedis: redis }: Connections, subscriptions: readonly Subscription[]): Messages {
  const route = createRouter(subscriptions);
  const queue = queues.messages;
  const lanes = createLanes(queue, redis);
  const events = new EventEmitter<MessageEvents>();
  const send = inGroups(async (parcels: Parcel[]) => {
    const outgoing = parcels.flatMap((parcel) => parcel.outgoing);
    if (outgoing.length > 0) await addMessages(queue, lanes, outgoing);
    const routes = parcels.map((parcel) => parcel.route);
    await countRoutes(redis, queue, routes).catch(() => {}); // the jobs are stored: a count that is lost is no reason to say they are not
    return parcels;
  });
  const prepare = (given: Publishing) => {
    const { id = randomUUID(), topic, message, priority, key, delay } = checked(publishing, given, "a message");
    const envelope = { id, topic, content: message, priority, key };
    return { envelope, delay, way: route(envelope) };
  };
  return {
    events,
    jobs: subscriptions.map((subscription) => deliveryJob(subscription, lanes)),
    async publish(given) {
      const { envelope, delay, way } = prepare(given);
      const { id, topic, priority, key } = envelope;
      const outgoing = way.takers.map((taker) => ({
        id: `${id}-${taker.name}`,
        name: deliveryName(taker),
        data: envelope,
        priority,
        delayMs: delay ? toMs(delay) : 0,
        lane: key === undefined ? undefined : laneOf(taker, key),
        requestId: currentRequest(),
      }));
      await send({ route: way, outgoing });
      const [taken, refused] = [namesOf(way.takers), namesOf(way.refusers)];
      events.emit("published", { topic, taken, refused, unrouted: way.unrouted });
      return { id, deliveries: outgoing.map((job, index) => ({ subscription: taken[index] ?? "", job: job.id })), refused, unrouted: way.unrouted };
    },
    async publishIn(tx, given) {
      prepare(given);
      const id = await insertJob(tx, "messages", messageRow, given);
      return given.id ?? id;
    },
    async letGo(jobName, id) {
      const subscription = subscriptions.find((candidate) => deliveryName(candidate) === jobName);
      const job = subscription && (await queue.getJob(id));
      if (job?.data.key !== undefined) await lanes.leave(laneOf(subscription as Subscription, String(job.data.key)), id, String(job.failedReason));
    },
    async subscriptions() {
      const { taken, refused, unrouted } = await readCounts(redis, queue);
      const views = subscriptions.map((subscription) => ({
        name: subscription.name,
        pattern: subscription.pattern ?? null,
        job: deliveryName(subscription),
        taken: taken.get(subscription.name) ?? 0,
        refused: refused.get(subscription.name) ?? 0,
      }));
      return { subscriptions: views, unrouted };
    },
  };
}

const namesOf = (subscriptions: readonly Subscription[]) => subscriptions.map(({ name }) => name);
