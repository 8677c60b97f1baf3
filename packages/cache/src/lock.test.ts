import { once } from "node:events";
import { testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { forkProgram } from "../test/fork-program.ts";
import { openCaches } from "../test/open-caches.ts";

test("a lock is held by one at a time, and its fencing token grows", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const first = await here.lock("door");
  await expect(there.lock("door")).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
  await using _other = await there.lock("window");
  const waiting = there.lock("door", { waitMs: 10_000 });
  await first[Symbol.asyncDispose]();
  await using second = await waiting;
  expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
});

test("a lock is renewed while it is held", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  await using lock = await cache.lock("door", { leaseMs: 200 });
  const key = `${caches.prefix}:1:lock:{door}`;
  const renewed = vi.spyOn(cache.redis as unknown as { caretakerRenew: () => void }, "caretakerRenew");
  await vi.waitUntil(() => renewed.mock.calls.length >= 6, { timeout: 10_000 });
  expect(await caches.plain.pttl(key)).toBeGreaterThan(0);
  expect(lock.signal.aborted).toBe(false);
});

test("who loses a lock is told, and does not release the next holder's", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const lock = await here.lock("door", { leaseMs: 100 });
  const lost = once(lock.signal, "abort");
  await caches.plain.del(`${caches.prefix}:1:lock:{door}`);
  await using _next = await there.lock("door");
  await lost;
  expect(lock.signal.reason).toMatchObject({ code: "LOCK_LOST" });
  await lock[Symbol.asyncDispose]();
  await expect(here.lock("door")).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
});

test("waiting for a lock ends with its signal", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  await using _held = await cache.lock("door");
  const stop = new AbortController();
  const waiting = cache.lock("door", { waitMs: 60_000, signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("a holder that was frozen past its lease can't write", async () => {
  await using caches = openCaches();
  const orders = { redisUrl: testRedisUrl(), prefix: caches.prefix };
  await using frozen = forkProgram("writer-process.ts", orders);
  const { fencingToken: older } = (await frozen.next()) as { fencingToken: number };
  frozen.kill("SIGSTOP");
  await using next = forkProgram("writer-process.ts", orders);
  const { fencingToken: newer } = (await next.next()) as { fencingToken: number };
  expect(newer).toBeGreaterThan(older);
  next.tell("from the holder");
  expect([await next.next(), await next.next()]).toEqual(["written", "held"]);
  frozen.tell("from the frozen one");
  frozen.kill("SIGCONT");
  expect([await frozen.next(), await frozen.next()]).toEqual(["refused", "lost"]);
  expect(await caches.plain.hget(`${caches.prefix}-ledger`, "text")).toBe("from the holder");
});
