import { defineDomain, defineJob, defineSubscription, type Engine } from "@caretaker/engine";
import { z } from "zod";

/**
 * Orders, each with the id of the job or message that ships it, written in one transaction with that; and what was shipped, with no key that
 * would hide what came twice. The n-th order of a customer is a message in the customer's key; other orders have no customer.
 */
export const shopTables = `
  create table orders (job text primary key, customer text, n int, at bigint generated always as identity);
  create table shipments (job text not null, at bigint generated always as identity)`;

/** PostgreSQL may be away for longer than the usual attempts last: these take a minute and a half at least. */
const retry = { attempts: 11, backoff: "200ms" } as const;

/** A domain that ships orders over the database of an engine that is made with it. */
export function shopDomain(engine: () => Engine) {
  const ship = async (id: string) => void (await engine().db.pool.query("insert into shipments (job) values ($1)", [id]));
  const shipOrder = defineJob({
    name: "shop.ship-order",
    queue: "messages",
    schema: z.strictObject({ domain: z.literal("shop"), job: z.literal("ship-order") }),
    deduplicate: false,
    unlogged: true,
    retry,
    handler: ({ id }) => ship(id),
  });
  const shipping = defineSubscription({
    name: "shop.shipping",
    pattern: "order.placed",
    schema: z.strictObject({}),
    retry,
    handler: ({ id }) => ship(id),
  });
  return defineDomain({
    name: "shop",
    description: "For the fault tests",
    entries: [],
    warmup: { parts: [] },
    schedules: [],
    jobs: [shipOrder],
    subscriptions: [shipping],
    retry,
  });
}
