import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { defineEntry } from "./entry.ts";

const id = z.object({ id: z.number() });
type Id = z.infer<typeof id>;
const facts = { key: "thing:{id}", params: id, value: z.string() } as const;
const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ id: n }));

test("an entry may load one value at a time; many are loaded in order, ten at once", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  let [underWay, most] = [0, 0];
  const load = vi.fn(async (params: Id, _context: object) => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return params.id === 7 ? null : `value ${params.id}`;
  });
  const entry = defineEntry({ ...facts, name: "one", load });
  expect((await cache.get(entry, { id: 1 })).value).toBe("value 1");
  const values = await cache.getMany(entry, ids(30));
  expect(values).toEqual(ids(30).map(({ id: n }) => (n === 7 ? null : `value ${n}`)));
  expect([load.mock.calls.length, most]).toEqual([30, 10]);
});

test("an entry that has both loaders uses the one for the number of values", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const load = vi.fn(async (params: Id, _context: object) => `one ${params.id}`);
  const loadMany = vi.fn(async (sets: readonly Id[], _context: object) => sets.map((set) => `many ${set.id}`));
  const entry = defineEntry({ ...facts, name: "both", load, loadMany });
  expect((await cache.get(entry, { id: 0 })).value).toBe("one 0");
  expect(await cache.getMany(entry, ids(3))).toEqual(["one 0", "many 1", "many 2"]);
  expect([load.mock.calls.length, loadMany.mock.calls.length]).toEqual([1, 1]);
});

test("an entry without a ttl of its own has that of the cache, which is five minutes by default", async () => {
  await using caches = openCaches();
  const settings = { clock: () => 1_000_000, random: () => 0 };
  const [plain, long] = [await caches.open(settings), await caches.open({ ...settings, defaultTtlMs: 3_600_000 })];
  const entry = defineEntry({ ...facts, name: "default", load: async (params: Id, _context: object) => String(params.id) });
  const lasts = async (cache: typeof plain, n: number) => (await cache.get(entry, { id: n })).expiresAt.getTime() - settings.clock();
  expect([await lasts(plain, 1), await lasts(long, 2)]).toEqual([300_000, 3_600_000]);
});
