import { once } from "node:events";
import { join } from "node:path";
import { startRedis, temporaryFolder } from "@caretaker/stack";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { BloomFilter, bloomSize } from "./bloom-filter.ts";
import type { Cache } from "./cache.ts";
import { defineEntry } from "./entry.ts";

const errorRate = 0.01;

function guarded(capacity = 10_000) {
  const load = vi.fn(async (sets: readonly { id: string }[], _context: object) => sets.map((set) => set.id));
  const entry = defineEntry({
    name: "guarded",
    key: "guarded:{id}",
    params: z.object({ id: z.string() }),
    value: z.string(),
    ttl: "1h",
    existence: { id: ({ id }: { id: string }) => id, capacity, errorRate },
    loadMany: load,
  });
  return { entry, load };
}

const range = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
type Guarded = ReturnType<typeof guarded>["entry"];
const isAbsent = async (cache: Cache<object>, entry: Guarded, id: string) => (await cache.get(entry, { id })).value === null;
const untilWhole = (cache: Cache<object>, entry: Guarded) => vi.waitUntil(() => isAbsent(cache, entry, `nobody ${Math.random()}`));

test("a filter knows all its members, and errs about others at most as often as declared", () => {
  const filter = new BloomFilter(bloomSize(20_000, errorRate));
  const members = range("member ", 20_000);
  for (const member of members) filter.add(member);
  expect(members.filter((member) => !filter.mayHave(member))).toEqual([]);
  expect(range("stranger ", 20_000).filter((stranger) => filter.mayHave(stranger)).length).toBeLessThan(20_000 * errorRate * 1.3);
});

test("what can't exist is asked of nobody; what exists is, in a later process too", async () => {
  await using caches = openCaches();
  const here = await caches.open();
  const { entry, load } = guarded();
  await here.filter(entry).build([range("id ", 5_000), range("more ", 5_000)]);
  const later = await caches.open();
  await untilWhole(later, entry);
  for (const cache of [here, later]) {
    const asked = vi.spyOn(cache.redis, "mget");
    load.mockClear();
    const strangers = await cache.getMany(
      entry,
      range("stranger ", 1_000).map((id) => ({ id })),
    );
    expect(strangers.filter((value) => value !== null).length).toBeLessThan(1_000 * errorRate * 2);
    expect(load.mock.calls.flatMap(([sets]) => sets).length).toBeLessThan(1_000 * errorRate * 2);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(1);
    for (const id of ["id 0", "id 4999", "more 17"]) expect((await cache.get(entry, { id })).value).toBe(id);
  }
});

test("a filter that nobody has built, or only added to, says maybe", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = guarded();
  expect(await isAbsent(here, entry, "x")).toBe(false);
  await here.filter(entry).add(["y"]);
  expect([await isAbsent(here, entry, "z"), await isAbsent(there, entry, "x")]).toEqual([false, false]);
  const building = Promise.withResolvers<void>();
  const built = here.filter(entry).build(
    (async function* () {
      yield ["a"];
      await building.promise;
      yield ["b"];
    })(),
  );
  expect(await isAbsent(there, entry, "b")).toBe(false);
  await here.filter(entry).add(["added meanwhile"]);
  building.resolve();
  await built;
  await untilWhole(there, entry);
  for (const id of ["a", "b", "y", "added meanwhile"]) expect(await isAbsent(there, entry, id)).toBe(false);
});

test("what is added exists in every process", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = guarded();
  await here.filter(entry).build([["a"]]);
  await untilWhole(there, entry);
  expect(await isAbsent(there, entry, "new")).toBe(true);
  await here.filter(entry).add(["new"]);
  expect(await isAbsent(here, entry, "new")).toBe(false);
  await vi.waitFor(async () => expect(await isAbsent(there, entry, "new")).toBe(false));
});

test("after a restart of Redis, even one that lost additions, nothing that exists is absent", async () => {
  await using redis = await startRedis({ dir: join(temporaryFolder(), "redis"), appendOnly: false });
  await using caches = openCaches(redis.url);
  const cache = await caches.open();
  const { entry } = guarded();
  await cache.filter(entry).build([["a"]]);
  await caches.plain.save();
  await cache.filter(entry).add(["lost"]);
  const gone = once(cache.events, "bus");
  await redis.kill("SIGKILL");
  await gone;
  expect(await isAbsent(cache, entry, "nobody")).toBe(false);
  const back = Promise.all([once(cache.redis, "ready"), once(cache.events, "bus")]);
  await redis.restart();
  await back;
  await untilWhole(cache, entry);
  const later = await caches.open();
  await untilWhole(later, entry);
  for (const id of ["a", "lost"]) expect([await isAbsent(cache, entry, id), await isAbsent(later, entry, id)]).toEqual([false, false]);
});
