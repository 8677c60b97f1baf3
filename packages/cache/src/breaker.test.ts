import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { startProxy } from "@caretaker/stack";
import { testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";
import type { Cache } from "./cache.ts";

const a = { id: "a" };
const breaker = { failures: 3, pauseMs: 1 };

/** A cache that reaches Redis through a proxy, and one beside it that always does. */
async function openBoth() {
  await using closing = new AsyncDisposableStack();
  const proxy = closing.use(await startProxy(testRedisUrl()));
  const caches = closing.use(openCaches());
  const through = closing.use(openCaches(proxy.url, caches.prefix));
  const [here, there] = [await through.open({ readTimeoutMs: 50, breaker }), await caches.open()];
  const failures: string[] = [];
  here.events.on("failure", ({ error }) => failures.push(error.message));
  const owned = closing.move();
  return { proxy, here, there, failures, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Reads what memory doesn't have, until the breaker has closed. */
async function untilClosed(cache: Cache<object>, closed: Promise<unknown>) {
  const { entry } = probe();
  let open = true;
  closed.then(() => {
    open = false;
  });
  for (let id = 0; open; id++) {
    await cache.get(entry, { id: `${id}` });
    await turn();
  }
}

test("reads stop asking a Redis that is too slow, and ask again when it is quick", async () => {
  await using both = await openBoth();
  const { proxy, here, there, failures } = both;
  const { entry } = probe();
  proxy.slowDown(2_000);
  const opened = once(here.events, "breaker");
  for (const id of ["a", "b", "c"]) expect((await here.get(entry, { id })).source).toBe("miss");
  expect(await opened).toEqual([{ open: true }]);
  for (let id = 0; id < 500; id++) expect((await here.get(entry, { id: `${id}` })).source).toBe("miss");
  expect(failures).toEqual(["no answer within 50 ms", "no answer within 50 ms", "no answer within 50 ms"]);
  proxy.slowDown(0);
  await there.get(entry, { id: "x" });
  await untilClosed(here, once(here.events, "breaker"));
  expect((await here.get(entry, { id: "x" })).source).toBe("l2");
});

test("what was invalidated while the way to Redis hung is not served after it", async () => {
  await using both = await openBoth();
  const { proxy, here, there } = both;
  const { entry } = probe();
  await vi.waitUntil(async () => (await here.get(entry, a)).source === "l1");
  proxy.hold();
  await there.invalidate(["thing:a"]);
  const old = await here.get(entry, a);
  expect(old.source).toBe("l1");
  const opened = once(here.events, "breaker");
  for (const id of ["b", "c", "d"]) await here.get(entry, { id });
  await opened;
  const closed = once(here.events, "breaker");
  const after = closed.then(() => here.get(entry, a));
  proxy.letGo();
  await untilClosed(here, closed);
  expect((await after).value).not.toBe(old.value);
});

test("connections that have died in silence are given up, and memory is emptied when invalidations are heard again", async () => {
  await using both = await openBoth();
  const { proxy, here, there } = both;
  const { entry } = probe();
  await here.get(entry, a);
  proxy.forgetConnections();
  await there.invalidate(["thing:a"]);
  expect((await here.get(entry, a)).source).toBe("l1");
  await vi.waitUntil(async () => (await here.get(entry, a)).value === "a 2", { timeout: 20_000, interval: 20 });
});

test("no read fails while connections are cut all the time", async () => {
  await using both = await openBoth();
  const { proxy, here } = both;
  const { entry } = probe();
  for (let round = 0; round < 200; round++) {
    if (round % 5 === 0) proxy.cut();
    const ids = [0, 1, 2].map((id) => ({ id: `${(round + id) % 50}` }));
    expect(await here.getMany(entry, ids)).not.toContain(null);
  }
});
