import { expect, test } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";
import { Sketch } from "./sketch.ts";

const range = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}` }));

test("a sketch keeps what is frequent in bounded memory, among any number of rare things", () => {
  const sketch = new Sketch<number>(100);
  for (let round = 0; round < 50_000; round++) {
    sketch.count(`rare ${round}`, -1);
    sketch.count(`frequent ${round % 20}`, round % 20);
    expect(sketch.size).toBeLessThanOrEqual(200);
  }
  const top = sketch.take().slice(0, 20);
  expect(top.map(({ item }) => item).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test("what was asked for most in all processes and is about to expire comes first, within the budget", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const [here, there] = [await caches.open({ random: () => 0, clock: () => now }), await caches.open({ random: () => 0, clock: () => now })];
  const { entry } = probe({ ttl: "100s" });
  for (const [index, params] of range(5).entries()) {
    for (let times = 0; times <= index; times++) await (times % 2 ? here : there).get(entry, params);
  }
  await there[Symbol.asyncDispose]();
  expect(await here.popular(entry, 10)).toEqual([]);
  now += 85_000;
  await here.warm([{ entry, params: { id: "3" } }], { context: {}, force: true });
  expect(await here.popular(entry, 3)).toEqual([{ id: "4" }, { id: "2" }, { id: "1" }]);
  await here.invalidate(["thing:3"]);
  expect((await here.popular(entry, 2)).map(({ id }) => id)).toEqual(["4", "3"]);
});

test("of very many reads some are counted, which say how many each had, also if they follow a pattern", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe({ tiers: ["memory"] });
  const times = 12_500;
  const sets = range(16);
  for (let time = 0; time < times; time++) await cache.getMany(entry, sets);
  await cache[Symbol.asyncDispose]();
  const [key = ""] = await caches.plain.keys(`${caches.prefix}:1:popular:*`);
  const counts = await caches.plain.zrange(key, 0, -1, "WITHSCORES");
  const ratios = range(16).map((_, index) => Number(counts[2 * index + 1]) / times);
  expect(Math.min(...ratios)).toBeGreaterThan(0.5);
  expect(Math.max(...ratios)).toBeLessThan(1.5);
});

test("what is about to expire is loaded anew on request, and what is fresh for longer is left alone", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ random: () => 0, clock: () => now });
  const { entry, load } = probe({ ttl: "100s" });
  await cache.warm(entry, [{ id: "old" }]);
  now += 20_000;
  await cache.warm(entry, [{ id: "new" }]);
  now += 65_000;
  const both = [{ id: "old" }, { id: "new" }];
  expect(await cache.warm(entry, both)).toMatchObject({ written: 0, fresh: 2 });
  expect(await cache.warm(entry, both, { renew: true })).toMatchObject({ written: 1, fresh: 1 });
  expect(load.mock.lastCall).toEqual([[{ id: "old" }]]);
});

test("values that only memory has are due when they are about to expire there", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ random: () => 0, clock: () => now });
  const { entry } = probe({ ttl: "100s", tiers: ["memory"] });
  for (const { id } of range(3)) for (let times = 0; times <= Number(id); times++) await cache.get(entry, { id });
  expect(await cache.popular(entry, 3)).toEqual([]);
  now += 85_000;
  await cache.get(entry, { id: "2" }, { bypass: true });
  expect(await cache.popular(entry, 3)).toEqual([{ id: "1" }, { id: "0" }]);
  expect(await cache.warm(entry, range(3))).toMatchObject({ written: 0, fresh: 3 });
  expect(await cache.warm(entry, range(3), { renew: true })).toMatchObject({ written: 2, fresh: 1 });
});

test("at most a thousand parameter sets of an entry are remembered", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  for (let part = 0; part < 3; part++) {
    await cache.getMany(
      entry,
      range(900).map(({ id }) => ({ id: `${part}-${id}` })),
    );
    await cache.popular(entry, 1);
  }
  const [key = ""] = await caches.plain.keys(`${caches.prefix}:1:popular:*`);
  expect(await caches.plain.zcard(key)).toBe(1_000);
});

test("a warm-up can say how many of its values were read", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  const targets = range(50).map((params) => ({ entry, params }));
  await here.warm(targets, { context: {}, mark: "first" });
  expect(await here.warmReads("first")).toBe(0);
  await there.getMany(entry, range(20));
  await there.getMany(entry, range(20));
  await there.getMany(entry, [{ id: "not warmed" }]);
  expect(await there.warmReads("first")).toBe(20);
  await here.getMany(entry, range(30));
  expect(await here.warmReads("first")).toBe(30);
  expect(await here.warmReads("other")).toBe(0);
});
