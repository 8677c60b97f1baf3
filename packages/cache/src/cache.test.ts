import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { gate, probe } from "../test/probe.ts";

const a = { id: "a" };

test("a value comes from its source, then from memory, and elsewhere from Redis", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  expect(await here.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  expect(await here.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
  expect(await there.get(entry, a)).toMatchObject({ value: "a 1", source: "l2" });
  expect(await there.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
});

test("a missing row is remembered for emptyTtl and forgotten when a change is announced", async () => {
  await using caches = openCaches();
  const cache = await caches.open({ random: () => 0 });
  const { entry, answer } = probe({ emptyTtl: "7s" });
  answer.mockResolvedValueOnce(null);
  const { cachedAt, expiresAt } = await cache.get(entry, a);
  expect(expiresAt.getTime() - cachedAt.getTime()).toBe(7_000);
  const sent = JSON.parse(JSON.stringify(await cache.get(entry, a)));
  expect(sent).toEqual({ value: null, source: "l1", cachedAt: cachedAt.toISOString(), expiresAt: expiresAt.toISOString() });
  await cache.invalidate(["thing:a"]);
  expect((await cache.get(entry, a)).value).toBe("a 1");
});

test("lifetimes are spread over the last tenth of the ttl, and Redis keeps a value for its grace too", async () => {
  await using caches = openCaches();
  const lifetime = async (random: number) => {
    const cache = await caches.open({ random: () => random });
    const { entry } = probe({ ttl: "100s", grace: "1h" });
    const { cachedAt, expiresAt } = await cache.get(entry, a);
    const [key = ""] = await caches.plain.keys(`${caches.prefix}:1:{thing:a}=${entry.name}:a:v`);
    return { fresh: expiresAt.getTime() - cachedAt.getTime(), kept: await caches.plain.pttl(key) };
  };
  const [longest, shortest] = [await lifetime(0), await lifetime(0.999_999)];
  expect([longest.fresh, shortest.fresh]).toEqual([100_000, 90_001]);
  expect(longest.kept).toBeGreaterThan(3_690_000);
  expect(longest.kept).toBeLessThanOrEqual(3_700_000);
});

test("memory serves a value for memoryTtl, and not longer than is left of its ttl", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ clock: () => now, random: () => 0 });
  const { entry } = probe({ ttl: "100s", memoryTtl: "60s" });
  await cache.get(entry, a);
  now += 59_999;
  expect((await cache.get(entry, a)).source).toBe("l1");
  now += 1;
  expect((await cache.get(entry, a)).source).toBe("l2");
  now += 39_999;
  expect((await cache.get(entry, a)).source).toBe("l1");
  now += 1;
  expect((await cache.get(entry, a)).source).toBe("miss");
});

test("a bypass reads the source and leaves the fresh value behind", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  await here.get(entry, a);
  expect(await here.get(entry, a, { bypass: true })).toMatchObject({ value: "a 2", source: "bypass" });
  expect(await here.get(entry, a)).toMatchObject({ value: "a 2", source: "l1" });
  expect(await there.get(entry, a)).toMatchObject({ value: "a 2", source: "l2" });
});

test("a slower read that began before a bypass does not bring back the older value", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  const older = gate<string>();
  answer.mockImplementationOnce(older.load);
  const slow = here.get(entry, a);
  await older.begun;
  await here.get(entry, a, { bypass: true });
  older.open("older");
  expect((await slow).value).toBe("older");
  expect((await here.get(entry, a)).value).toBe("a 1");
  expect((await there.get(entry, a)).value).toBe("a 1");
});

test("stored values are there for every process, also for one that had an older one in memory", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, load } = probe();
  await there.get(entry, a);
  expect(
    await here.setMany(entry, [
      { params: a, value: "new" },
      { params: { id: "b" }, value: null },
    ]),
  ).toEqual({ written: 2, fenced: 0 });
  await vi.waitFor(async () => expect((await there.get(entry, a)).value).toBe("new"));
  expect(await there.getMany(entry, [a, { id: "b" }])).toEqual(["new", null]);
  await there.setMany(entry, [{ params: a, value: "newer" }]);
  expect(await there.get(entry, a)).toMatchObject({ value: "newer", source: "l2" });
  expect(load).toHaveBeenCalledOnce();
});

test("what was being loaded of values when they were stored, few or many, does not come back", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe({ own: true });
  for (const count of [1, 300]) {
    const older = gate<string>();
    answer.mockImplementationOnce(older.load);
    const id = `last of ${count}`;
    const slow = there.get(entry, { id });
    await older.begun;
    const values = Array.from({ length: count }, (_, index) => ({ params: { id: index === count - 1 ? id : `${index}` }, value: `naïve ${index}` }));
    expect(await here.setMany(entry, values)).toEqual({ written: count, fenced: 0 });
    older.open("older");
    expect((await slow).value).toBe("older");
    const reader = await caches.open();
    expect(
      await reader.getMany(
        entry,
        values.map(({ params }) => params),
      ),
    ).toEqual(values.map(({ value }) => value));
  }
  expect(answer).toHaveBeenCalledTimes(2);
});

test("a deleted value is loaded again in every process", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  await Promise.all([here.get(entry, a), there.get(entry, a)]);
  await here.delete(entry, a);
  const { value } = await here.get(entry, a);
  await vi.waitFor(async () => expect((await there.get(entry, a)).value).toBe(value));
});

test("only what the schema knows is stored, and what does not fit is not", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe({ value: z.object({ name: z.string() }) });
  answer.mockResolvedValueOnce({ name: "Ada", password: "secret" } as { name: string });
  expect((await cache.get(entry, a)).value).toEqual({ name: "Ada" });
  const stored = await caches.plain.get(`${caches.prefix}:1:{thing:a}=${entry.name}:a:v`);
  expect(stored).toContain("Ada");
  expect(stored).not.toContain("secret");
  answer.mockResolvedValueOnce({ name: 7 } as unknown as { name: string });
  await expect(cache.get(entry, { id: "b" })).rejects.toMatchObject({ code: "LOAD_FAILED" });
});

test("a value that no longer fits its schema is a miss, as is one that can't be read", async () => {
  await using caches = openCaches();
  const [old, deployed] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  const renewed = { ...probe({ value: z.number() }).entry, keyOf: entry.keyOf, source: { name: "new", load: async () => [7] } };
  await old.get(entry, a);
  expect(await deployed.get(renewed, a)).toMatchObject({ value: 7, source: "miss" });
  const key = `${caches.prefix}:1:{thing:a}=${entry.name}:a:v`;
  const stored = (await caches.plain.get(key)) ?? "";
  await caches.plain.set(key, `${stored.slice(0, stored.indexOf("|") + 1)}{`);
  const third = await caches.open();
  expect((await third.get(entry, a)).source).toBe("miss");
});

test("a value whose schema has no fingerprint is checked whenever it comes from Redis", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  const checked = vi.fn((value: unknown) => ({ success: true as const, data: `${value} checked` }));
  const foreign = { ...entry, fingerprint: "", value: { safeParse: checked } };
  await here.get(foreign, a);
  expect((await there.get(foreign, a)).value).toBe("a 1 checked checked");
});

test("another version or prefix sees nothing of it", async () => {
  await using caches = openCaches();
  const { entry } = probe();
  await (await caches.open()).get(entry, a);
  expect((await (await caches.open({ version: "2" })).get(entry, a)).source).toBe("miss");
  expect((await (await caches.open({ prefix: `${caches.prefix}-b` })).get(entry, a)).source).toBe("miss");
});

test("reads are told as events, by entry and tier", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  const told: unknown[] = [];
  cache.events.on("miss", (event) => told.push(["miss", event]));
  cache.events.on("load", (event) => told.push(["load", event]));
  cache.events.on("hit", (event) => told.push(["hit", event]));
  await cache.get(entry, a);
  await cache.get(entry, a);
  expect(told).toEqual([
    ["miss", { entry: entry.name, tier: "l1", values: 1 }],
    ["miss", { entry: entry.name, tier: "l2", values: 1 }],
    ["load", { entry: entry.name, values: 1, ms: expect.any(Number) }],
    ["hit", { entry: entry.name, tier: "l1", values: 1 }],
  ]);
});

test("a disposed cache leaves the caller's connection open", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  await cache[Symbol.asyncDispose]();
  expect(await cache.redis.ping()).toBe("PONG");
  cache.redis.disconnect();
  await once(cache.redis, "end");
});
