import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { Engine } from "../src/engine.ts";
import { defineSubscription } from "../src/messages/subscription.ts";
import { handOverMessages } from "../src/outbox/hand-over-messages.ts";
import { testEngine } from "./test-engine.ts";

/** A subscription that notes what it is given, by key. */
function noting() {
  const seen = new Map<string, number[]>();
  const subscription = defineSubscription({
    name: "test.noting",
    pattern: "order.*",
    schema: z.strictObject({ n: z.int() }),
    filter: ({ content: { n } }) => {
      if (n < 0) throw new TypeError("a filter that is broken");
      return true;
    },
    handler: async ({ key = "", content: { n } }) => void seen.set(key, [...(seen.get(key) ?? []), n]),
  });
  return { seen, subscriptions: [subscription] };
}

const order = (n: number, key = "a") => ({ topic: "order.placed", message: { n }, key });
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Publishes in a transaction of its own, and commits it or not. */
async function publishOne({ db, messages }: Engine, message: ReturnType<typeof order>, isKept = true): Promise<void> {
  const client = await db.pool.connect();
  await client.query("begin");
  await messages.publishIn(client, message);
  await client.query(isKept ? "commit" : "rollback");
  client.release();
}

test("messages of transactions are handled in their order, key by key, with two relays that hand over; those of undone ones never", async () => {
  const { seen, subscriptions } = noting();
  await using one = await testEngine({ subscriptions });
  await using two = await testEngine({ subscriptions }, one.shared);
  await using _first = one.engine.relay();
  await using _second = two.engine.relay();
  one.work();
  const keys = ["a", "b", "c"];
  const isKept = (n: number) => n % 5 !== 3;
  await Promise.all(
    keys.map(async (key) => {
      for (const n of upTo(40)) await publishOne(one.engine, order(n, key), isKept(n));
    }),
  );
  await vi.waitUntil(() => keys.every((key) => seen.get(key)?.includes(39)), { timeout: 30_000 });
  for (const key of keys) expect(seen.get(key)).toEqual(upTo(40).filter(isKept));
});

test("while one process hands messages over no other one does, and what it leaves behind when it dies comes first", async () => {
  const { seen, subscriptions } = noting();
  await using all = await testEngine({ subscriptions });
  const { db, messages } = all.engine;
  for (const n of upTo(3)) await publishOne(all.engine, order(n));
  const [began, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = handOverMessages(db, async (message) => {
    began.resolve();
    await goOn.promise;
    return messages.publish(message);
  });
  await began.promise;
  await publishOne(all.engine, order(3));
  expect(await handOverMessages(db, messages.publish)).toMatchObject({ rows: 0 });
  await db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()",
  );
  await vi.waitUntil(async () => (await handOverMessages(db, messages.publish)).rows === 4);
  goOn.resolve();
  await expect(slow).rejects.toThrow();
  all.work();
  await publishOne(all.engine, order(4));
  await handOverMessages(db, messages.publish);
  await vi.waitUntil(() => seen.get("a")?.includes(4));
  expect(seen.get("a")).toEqual(upTo(5));
});

test("any program publishes with one insert; what can't be published stays, says why, and holds up no other", async () => {
  const { seen, subscriptions } = noting();
  await using all = await testEngine({ subscriptions });
  await using _relay = all.engine.relay();
  all.work();
  const insert = "insert into job_outbox (queue, name, payload) values ('messages', 'publish', $1) returning id";
  for (const payload of [{ topic: "order.placed" }, { topic: "order.placed", message: { n: "one" } }, order(-1), "text", null]) {
    await all.query(insert, [JSON.stringify(payload)]);
  }
  const [sent] = await all.query<{ id: string }>(insert, [order(7)]);
  await vi.waitUntil(() => seen.get("a")?.length === 1);
  expect(await all.engine.readJob("messages", `${sent?.id}-test.noting`)).toMatchObject({ name: "test.deliver-noting" });
  await vi.waitUntil(async () => (await all.query("select 1 from job_outbox where error is null")).length === 0);
  const left = await all.query<{ error: string }>("select error from job_outbox order by position");
  expect(left.map(({ error }) => error)).toEqual([
    expect.stringContaining("message: "),
    expect.stringContaining("order.placed"),
    "a filter that is broken",
    expect.stringContaining("a message"),
    expect.stringContaining("a message"),
  ]);
});

test("a message that a subscription does not know is refused before anything is written", async () => {
  await using all = await testEngine({ subscriptions: noting().subscriptions });
  const { messages, db } = all.engine;
  await expect(messages.publishIn(db.pool, { topic: "order.placed", message: {} })).rejects.toMatchObject({ code: "PAYLOAD_INVALID" });
  expect(await all.query("select 1 from job_outbox")).toEqual([]);
});
