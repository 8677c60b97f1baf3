import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { gate, probe } from "../test/probe.ts";
import { defineEntry } from "./entry.ts";

const [a, b, c] = [{ id: "a" }, { id: "b" }, { id: "c" }] as const;
const id = z.object({ id: z.string() });

test("many values are deleted together, in every process", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  await here.getMany(entry, [a, b, c]);
  await there.getMany(entry, [a, b, c]);
  await here.deleteMany(entry, [a, b]);
  expect(await here.getMany(entry, [a, b, c])).toEqual(["a 4", "b 5", "c 3"]);
  await vi.waitFor(async () => expect(await there.getMany(entry, [a, b, c])).toEqual(["a 4", "b 5", "c 3"]));
});

test("values are deleted by a pattern of their keys, wherever their tag puts them, and others stay", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const define = (key: "user:{id}:daily" | "course:{id}", tag?: string) =>
    defineEntry({
      name: key,
      key,
      params: id,
      value: z.string(),
      ttl: "1h",
      ...(tag ? { tags: (params: { id: string }) => [`${tag}:${params.id}`] } : {}),
      loadMany: async (sets: readonly { id: string }[], _context: object) => sets.map((set) => set.id),
    });
  const [daily, course] = [define("user:{id}:daily", "user"), define("course:{id}", "user")];
  for (const cache of [here, there]) for (const set of [a, b]) await Promise.all([cache.get(daily, set), cache.get(course, set)]);
  expect(await here.deletePattern("user:*:daily")).toBe(2);
  await vi.waitFor(async () => expect(await there.exists(daily, a)).toBe(false));
  expect(await Promise.all([here.exists(daily, a), here.exists(course, a), there.exists(course, b)])).toEqual([false, true, true]);
  expect(await here.deletePattern("course:[ab]")).toBe(2);
  expect(await here.deletePattern("*")).toBe(0);
});

test("a value exists while it would be served", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const [here, there] = [await caches.open(), await caches.open({ clock: () => now })];
  const { entry } = probe({ grace: "1h" });
  expect(await here.exists(entry, a)).toBe(false);
  await here.get(entry, a);
  expect([await here.exists(entry, a), await there.exists(entry, a)]).toEqual([true, true]);
  now += 3_600_000;
  expect(await there.exists(entry, a)).toBe(false);
  await here.invalidate(["thing:a"]);
  expect(await here.exists(entry, a)).toBe(false);
});

test("a sweep deletes filters of another size or version, leaves the others and all values, and says how many keys there are", async () => {
  await using caches = openCaches();
  const define = (capacity: number) =>
    defineEntry({
      name: "guarded",
      key: "guarded:{id}",
      params: id,
      value: z.string(),
      existence: { id: (params: { id: string }) => params.id, capacity, errorRate: 0.01 },
      load: async (params: { id: string }, _context: object) => params.id,
    });
  const [before, now] = [define(100), define(1_000)];
  const [older, cache] = [await caches.open({ version: "0" }), await caches.open()];
  for (const [one, entry] of [
    [older, now],
    [await caches.open(), before],
    [cache, now],
  ] as const)
    await one.filter(entry).build([["a"]]);
  await cache.getMany(now, [a, b]);
  await caches.plain.set(`${caches.prefix}:1:lasting`, "not ours");
  expect(await cache.sweep([now])).toMatchObject({ dropped: 2 });
  expect((await caches.plain.keys(`${caches.prefix}:*:filter:*`)).length).toBe(1);
  expect(await cache.exists(now, a)).toBe(true);
  expect(await cache.sweep([now])).toEqual({ dropped: 0, keys: (await caches.plain.keys(`${caches.prefix}:*`)).length });
});

test("a namespace is cleared with one deletion, however many values it has", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const define = (name: string, namespace: string) =>
    defineEntry({
      name,
      key: `${name}:{id}` as "x:{id}",
      params: id,
      value: z.number(),
      ttl: "1h",
      namespace,
      loadMany: async (sets: readonly { id: string }[], _context: object) => sets.map(() => ++count),
    });
  let count = 0;
  const [first, second, other] = [define("first", "ours"), define("second", "ours"), define("other", "theirs")];
  for (const entry of [first, second, other]) await here.getMany(entry, [a, b]);
  await there.getMany(first, [a, b]);
  const unlink = vi.spyOn(here.redis, "unlink");
  await here.clear("ours");
  expect(unlink.mock.calls.map((keys) => keys.length)).toEqual([2]); // its fence, and what could be stored under its name
  expect([await here.getMany(first, [a, b]), await here.getMany(second, [a, b])]).toEqual([
    [7, 8],
    [9, 10],
  ]);
  expect(await here.getMany(other, [a, b])).toEqual([5, 6]);
  await vi.waitFor(async () => expect(await there.getMany(first, [a, b])).toEqual([7, 8]));
});

test("an entry of memory alone is kept by each process for its ttl, and Redis knows nothing of it", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const [here, there] = [await caches.open({ clock: () => now, random: () => 0 }), await caches.open()];
  const { entry, load } = probe({ ttl: "10m", tiers: ["memory"] });
  expect(await here.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  now += 599_999;
  expect(await here.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
  now += 1;
  expect((await here.get(entry, a)).source).toBe("miss");
  expect((await there.get(entry, a)).source).toBe("miss");
  expect(await here.set(entry, b, "given")).toBe(true);
  expect([await here.getMany(entry, [a, b]), await here.exists(entry, b), await there.exists(entry, b)]).toEqual([["a 2", "given"], true, false]);
  expect(load).toHaveBeenCalledTimes(3);
  expect(await caches.plain.keys(`${caches.prefix}:*`)).toEqual([]);
  await there.invalidate(["thing:a"]);
  await vi.waitFor(async () => expect(await here.exists(entry, a)).toBe(false));
});

test("a value of memory alone that is invalidated while it is computed is not stored", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, load } = probe({ tiers: ["memory"] });
  const older = gate<string>();
  const setting = cache.set(entry, a, older.load);
  await older.begun;
  const joined = cache.get(entry, a);
  await cache.invalidate(["thing:a"]);
  older.open("older");
  expect([await setting, (await joined).value, load.mock.calls.length]).toEqual([false, "older", 0]);
  expect((await cache.get(entry, a)).value).toBe("a 1");
});

test("a cache tells what its tiers hold, and how Redis is", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  await cache.getMany(entry, [a, b]);
  const { memory, redis } = await cache.usage();
  expect(memory).toEqual({ [entry.name]: { values: 2, bytes: expect.any(Number) } });
  expect(redis).toMatchObject({ state: "ready", asked: true, listening: true });
  expect(redis.keys).toBeGreaterThanOrEqual(4);
  expect(redis.bytes).toBeGreaterThan(100_000);
  cache.redis.disconnect();
  await vi.waitFor(async () => expect(await cache.usage()).toMatchObject({ memory: {}, redis: { state: "end" } }));
});
