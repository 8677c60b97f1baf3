import { expect, test } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";

const none = { written: 0, fresh: 0, fenced: 0, failed: 0, failures: [] };

test("what another process loaded in the moment before its fence was to be raised is fresh", async () => {
  await using caches = openCaches();
  const [warmer, other] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  const redis = warmer.redis as unknown as { caretakerTokens(...args: unknown[]): Promise<string[]> };
  const raise = redis.caretakerTokens.bind(redis);
  redis.caretakerTokens = async (...args) => {
    await other.get(entry, { id: "b" });
    return raise(...args);
  };
  expect(await warmer.warm(entry, [{ id: "a" }, { id: "b" }])).toEqual({ ...none, targets: 2, written: 1, fresh: 1 });
});

test("a value that is its own tag is fresh without its fence", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe({ own: true });
  await cache.get(entry, { id: "a" });
  expect(await caches.plain.del(`${caches.prefix}:1:{${entry.name}:a}:fence`)).toBe(1);
  expect(await cache.warm(entry, [{ id: "a" }, { id: "b" }])).toEqual({ ...none, targets: 2, written: 1, fresh: 1 });
});
