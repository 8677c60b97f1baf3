import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { defineDomain, defineSubscription, locks, type Message, PermanentFailure, type Subscription } from "@caretaker/engine";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { testMessaging } from "./test-messaging.ts";

const content = z.strictObject({ n: z.int() });
type Content = z.infer<typeof content>;

const subscribe = (name: string, facts: Partial<Subscription<typeof content>> = {}) =>
  defineSubscription({
    name: `test.${name}`,
    pattern: "user.*",
    schema: content,
    retry: { attempts: 2, backoff: "10ms" },
    handler: async () => {},
    ...facts,
  });

/** A domain with these subscriptions. */
const domainOf = (...subscriptions: Subscription<typeof content>[]) => [
  defineDomain({
    name: "test",
    description: "For tests",
    entries: [],
    warmup: { parts: [] },
    subscriptions,
    schedules: [],
    retry: { attempts: 1, backoff: "1s" },
  }),
];

/** Notes what a subscription is given. */
function recorder() {
  const seen: number[] = [];
  return {
    seen,
    handler: async ({ content: { n } }: Message<Content>) => void seen.push(n),
    until: (count: number) => vi.waitUntil(() => seen.length >= count, { timeout: 30_000 }),
  };
}

test("every subscription whose pattern fits gets a message, and nobody else", async () => {
  const [all, mail, admin] = [recorder(), recorder(), recorder()];
  const domains = domainOf(
    subscribe("all", { handler: all.handler }),
    subscribe("mail", { pattern: "user.email", handler: mail.handler }),
    subscribe("admin", { pattern: "admin.>", handler: admin.handler }),
  );
  await using messaging = await testMessaging({ domains });
  messaging.work();
  const published = await messaging.engine.messages.publish({ topic: "user.email", message: { n: 1 }, id: "m1" });
  await messaging.engine.messages.publish({ topic: "user.sms", message: { n: 2 } });
  await Promise.all([all.until(2), mail.until(1)]);
  expect(published).toEqual({
    id: "m1",
    deliveries: [
      { subscription: "test.all", job: "m1-test.all" },
      { subscription: "test.mail", job: "m1-test.mail" },
    ],
    refused: [],
    unrouted: false,
  });
  expect([all.seen.toSorted(), mail.seen, admin.seen]).toEqual([[1, 2], [1], []]);
});

test("what a filter refuses and what nobody wants is counted, and goes to who takes the rest", async () => {
  const rest = recorder();
  const domains = domainOf(
    subscribe("big", { filter: ({ content: { n } }) => n > 10 }),
    subscribe("urgent", { filter: ({ priority }) => priority === "urgent" }),
    { ...subscribe("rest", { handler: rest.handler }), pattern: undefined as never },
  );
  await using messaging = await testMessaging({ domains });
  messaging.work();
  const { publish, subscriptions } = messaging.engine.messages;
  expect(await publish({ topic: "user.email", message: { n: 1 } })).toMatchObject({ refused: ["test.big", "test.urgent"], unrouted: true });
  expect(await publish({ topic: "nobody.home", message: { n: 2 } })).toMatchObject({ refused: [], unrouted: true });
  expect(await publish({ topic: "user.email", message: { n: 11 } })).toMatchObject({ refused: ["test.urgent"], unrouted: false });
  await rest.until(2);
  expect(rest.seen.toSorted()).toEqual([1, 2]);
  expect(await subscriptions()).toMatchObject({
    subscriptions: [
      { name: "test.big", pattern: "user.*", job: "test.deliver-big", taken: 1, refused: 1 },
      { name: "test.urgent", taken: 0, refused: 2 },
      { name: "test.rest", pattern: null, taken: 2, refused: 0 },
    ],
    unrouted: 2,
  });
});

test("a message that a subscription's schema does not know is refused, with its faults, and reaches nobody", async () => {
  const other = recorder();
  const strict = { ...subscribe("strict"), schema: z.strictObject({ n: z.int(), to: z.string() }) as never };
  await using messaging = await testMessaging({ domains: domainOf(subscribe("other", { handler: other.handler }), strict) });
  const published = messaging.engine.messages.publish({ topic: "user.email", message: { n: 1 } });
  await expect(published).rejects.toMatchObject({ code: "PAYLOAD_INVALID", faults: [{ path: "message.to" }] });
  expect(await messaging.engine.queues.messages.getJobCountByTypes("waiting", "prioritized")).toBe(0);
});

test("a failing subscription is tried again and ends as a dead letter of its own, and holds up no other", async () => {
  const good = recorder();
  const broken = vi.fn(async () => {
    throw new Error("no reply");
  });
  await using messaging = await testMessaging({
    domains: domainOf(subscribe("good", { handler: good.handler }), subscribe("broken", { handler: broken })),
  });
  const { engine } = messaging;
  messaging.work(1);
  for (let n = 0; n < 10; n += 1) await engine.messages.publish({ topic: "user.email", message: { n } });
  await good.until(10);
  const lettersOf = async (name: string) => {
    let letters = 0;
    for await (const _ of engine.deadLetters("messages", { name })) letters += 1;
    return letters;
  };
  await vi.waitUntil(async () => (await lettersOf("test.deliver-broken")) === 10, { timeout: 20_000 });
  expect(await lettersOf("test.deliver-good")).toBe(0);
  expect(broken).toHaveBeenCalledTimes(20);
  broken.mockImplementation(async () => undefined as never);
  expect(await engine.redrive("messages", { name: "test.deliver-broken" })).toBe(10);
  await vi.waitUntil(async () => (await lettersOf("test.deliver-broken")) === 0 && broken.mock.calls.length === 30, { timeout: 20_000 });
});

test("urgent messages go first, then high ones, then the others in their order", async () => {
  const { seen, handler, until } = recorder();
  await using messaging = await testMessaging({ domains: domainOf(subscribe("one", { handler })) });
  const { publish } = messaging.engine.messages;
  for (const [n, priority] of [[1], [2], [3, "high"], [4, "urgent"], [5, "high"], [6, "urgent"], [7]] as const) {
    await publish({ topic: "user.email", message: { n }, ...(priority ? { priority } : {}) });
  }
  messaging.work(1);
  await until(7);
  expect(seen).toEqual([4, 6, 3, 5, 1, 2, 7]);
});

test("subscriptions take turns, however many messages one of them has", async () => {
  const order: string[] = [];
  const noted = (name: string) => subscribe(name, { pattern: `user.${name}`, handler: async () => void order.push(name) });
  await using messaging = await testMessaging({ domains: domainOf(noted("busy"), noted("idle")) });
  const { publish } = messaging.engine.messages;
  await Promise.all(Array.from({ length: 200 }, (_, n) => publish({ topic: "user.busy", message: { n } })));
  await publish({ topic: "user.idle", message: { n: 0 } });
  messaging.work(1);
  await vi.waitUntil(() => order.length === 201, { timeout: 20_000 });
  expect(order.indexOf("idle")).toBeLessThan(10);
});

test("messages of one key are handled one by one in their order, those of other keys meanwhile", async () => {
  const seen = new Map<string, number[]>();
  const running = new Map<string, number>();
  let [overlaps, most, now] = [0, 0, 0];
  const handler = async ({ key = "", content: { n } }: Message<Content>) => {
    running.set(key, (running.get(key) ?? 0) + 1);
    now += 1;
    most = Math.max(most, now);
    if ((running.get(key) ?? 0) > 1) overlaps += 1;
    for (let turn = 0; turn < 5 * (n % 3); turn += 1) await setImmediate();
    seen.set(key, [...(seen.get(key) ?? []), n]);
    running.set(key, (running.get(key) ?? 0) - 1);
    now -= 1;
  };
  await using messaging = await testMessaging({ domains: domainOf(subscribe("one", { handler })) });
  messaging.work(8);
  const { publish } = messaging.engine.messages;
  const keys = ["a", "b", "c", "d"];
  for (let n = 0; n < 40; n += 1) await Promise.all(keys.map((key) => publish({ topic: "user.email", message: { n }, key })));
  await vi.waitUntil(() => keys.every((key) => seen.get(key)?.length === 40), { timeout: 40_000 });
  expect(overlaps).toBe(0);
  expect(most).toBeGreaterThan(1);
  for (const key of keys) expect(seen.get(key)).toEqual(Array.from({ length: 40 }, (_, n) => n));
});

test("a message that fails holds its key up while it is tried again, and lets it go at its end", async () => {
  const seen: number[] = [];
  let tries = 0;
  const handler = async ({ content: { n } }: Message<Content>) => {
    seen.push(n);
    if (n === 1 && ++tries < 3) throw new Error("not yet");
    if (n === 2) throw new PermanentFailure("never");
  };
  const domains = domainOf(subscribe("one", { handler, retry: { attempts: 3, backoff: "50ms" } }));
  await using messaging = await testMessaging({ domains });
  messaging.work(4);
  for (const n of [1, 2, 3]) await messaging.engine.messages.publish({ topic: "user.email", message: { n }, key: "a" });
  await vi.waitUntil(() => seen.includes(3), { timeout: 20_000 });
  expect(seen).toEqual([1, 1, 1, 2, 3]);
});

test("a message that is to come later is not handled before, and takes its place in its key then", async () => {
  const { seen, handler, until } = recorder();
  await using messaging = await testMessaging({ domains: domainOf(subscribe("one", { handler })) });
  messaging.work(4);
  const { publish } = messaging.engine.messages;
  const { deliveries } = await publish({ topic: "user.email", message: { n: 1 }, key: "a", delay: "700ms" });
  expect(await messaging.engine.readJob("messages", deliveries[0]?.job ?? "")).toMatchObject({ state: "delayed" });
  await publish({ topic: "user.email", message: { n: 2 }, key: "a" });
  await until(2);
  expect(seen).toEqual([2, 1]);
});

test("a message published again under its id reaches nobody twice", async () => {
  const { seen, handler, until } = recorder();
  await using messaging = await testMessaging({ domains: domainOf(subscribe("one", { handler })) });
  messaging.work(4);
  const [id, key] = [randomUUID(), "a"];
  const { publish } = messaging.engine.messages;
  await publish({ topic: "user.email", message: { n: 1 }, id, key });
  await until(1);
  await publish({ topic: "user.email", message: { n: 1 }, id, key });
  await publish({ topic: "user.email", message: { n: 2 }, key });
  await until(2);
  expect(seen).toEqual([1, 2]);
});

test("handlers keep out of each other's way with locks", async () => {
  let [running, most, done] = [0, 0, 0];
  const handler: Subscription["handler"] = async (_message, { use }) => {
    await using _lock = await use(locks)("stock-7", { waitMs: 20_000 });
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
    done += 1;
  };
  await using messaging = await testMessaging({ domains: domainOf(subscribe("one", { handler })) });
  messaging.work(4);
  await Promise.all([1, 2, 3, 4].map((n) => messaging.engine.messages.publish({ topic: "user.email", message: { n } })));
  await vi.waitUntil(() => done === 4, { timeout: 20_000 });
  expect(most).toBe(1);
});
