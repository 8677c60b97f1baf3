import { expect, test, vi } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";

const a = { id: "a" };

test("many values come in order, with one round trip and one load for those that are missing", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, load } = probe();
  const sets = ["a", "b", "c", "d", "a"].map((id) => ({ id }));
  await there.getMany(entry, [{ id: "b" }, { id: "d" }]);
  await here.get(entry, { id: "d" });
  load.mockClear();
  const send = vi.spyOn(here.redis, "sendCommand");
  const reads = () => send.mock.calls.filter(([{ name }]) => name.endsWith("get")).length;
  expect(await here.getMany(entry, sets)).toEqual(["a 3", "b 1", "c 4", "d 2", "a 3"]);
  expect(reads()).toBe(1);
  expect(load.mock.calls).toEqual([[[{ id: "a" }, { id: "c" }]]]);
  send.mockClear();
  expect(await here.getMany(entry, sets)).toEqual(["a 3", "b 1", "c 4", "d 2", "a 3"]);
  expect(reads()).toBe(0);
});

test("a great many values are asked for in a few parts, at once, and those that are missing are loaded together", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, load, answer } = probe();
  answer.mockImplementation(async ({ id }) => `value ${id}`);
  const sets = Array.from({ length: 250 }, (_, index) => ({ id: String(index) }));
  const missing = sets.filter((_, index) => index % 100 === 7);
  await there.getMany(
    entry,
    sets.filter((set) => !missing.includes(set)),
  );
  load.mockClear();
  const send = vi.spyOn(here.redis, "sendCommand");
  const values = here.getMany(entry, sets);
  const asked = send.mock.calls.map(([{ name, args }]) => [name, args.length]);
  expect(asked).toEqual(Array(5).fill(["mget", 2 * 50])); // each with its fence
  expect(await values).toEqual(sets.map(({ id }) => `value ${id}`));
  expect(load.mock.calls).toEqual([[missing]]);
});

test("a value that is asked for twice at once is loaded once, also without Redis", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  for (const tiers of [{}, { tiers: ["memory"] as ["memory"] }]) {
    const { entry, load } = probe(tiers);
    expect(await cache.getMany(entry, [a, { id: "b" }, a])).toEqual(["a 1", "b 2", "a 1"]);
    expect(load.mock.calls).toEqual([[[a, { id: "b" }]]]);
  }
});
