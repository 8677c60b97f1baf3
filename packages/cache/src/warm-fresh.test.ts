import { expect, test, vi } from "vitest";
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

test("where one in sixteen of an entry's many values is there, all are looked for, and none where none is", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const [{ entry: gone, load }, { entry: there }] = [probe(), probe()];
  const sets = Array.from({ length: 1_000 }, (_, index) => ({ id: String(index) }));
  const targets = sets.flatMap((params) => [gone, there].map((entry) => ({ entry, params })));
  await cache.warm(targets, { context: {} });
  await caches.plain.del(sets.filter((_, index) => index !== 5).map(({ id }) => `${caches.prefix}:1:{thing:${id}}=${gone.name}:${id}:v`));
  await cache.delete(there, { id: "7" });
  load.mockClear();
  const send = vi.spyOn(cache.redis, "sendCommand");
  expect(await cache.warm(targets, { context: {} })).toEqual({ ...none, targets: 2_000, written: 1_001, fresh: 999 });
  const asked = send.mock.calls.flatMap(([{ name, args }]) => (name.endsWith("get") ? (args as string[]).filter((key) => key.endsWith(":v")) : []));
  expect(asked.filter((key) => key.includes(gone.name)).length).toBe(63);
  expect(asked.filter((key) => key.includes(there.name)).length).toBe(63 + 1_000);
  expect(load.mock.calls.flat(2).length).toBe(1_000);
});
