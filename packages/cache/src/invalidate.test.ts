import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { gate, probe } from "../test/probe.ts";
import { defineEntry } from "./entry.ts";

const a = { id: "a" };

test("an invalidation empties the memory of other processes too", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  await here.get(entry, a);
  expect((await there.get(entry, a)).source).toBe("l2");
  await here.invalidate(["thing:a"]);
  expect(await here.get(entry, a)).toMatchObject({ value: "a 2", source: "miss" });
  await vi.waitFor(async () => expect((await there.get(entry, a)).value).toBe("a 2"), { interval: 1, timeout: 100 });
});

test("what its own process announced does not empty its memory again", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry } = probe();
  await here.invalidate(["thing:a"]);
  await here.get(entry, a);
  await there.invalidate(["thing:other"]);
  await there.redis.ping();
  expect((await here.get(entry, a)).source).toBe("l1");
});

test("a load that began before an invalidation is served to nobody after it, from no tier of any process", async () => {
  await using caches = openCaches();
  const [slow, other] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = slow.get(entry, a);
  await old.begun;
  await other.invalidate(["thing:a"]);
  old.open("old");
  expect((await early).value).toBe("old");
  expect(await other.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  expect((await slow.get(entry, a)).value).toBe("a 1");
});

test("a slow load stores nothing over what was loaded after the invalidation", async () => {
  await using caches = openCaches();
  const [slow, other] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = slow.get(entry, a);
  await old.begun;
  await other.invalidate(["thing:a"]);
  await other.get(entry, a);
  old.open("old");
  await early;
  expect((await (await caches.open()).get(entry, a)).value).toBe("a 1");
});

test("a read that starts after an invalidation in its process does not join an older load", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe();
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = cache.get(entry, a);
  await old.begun;
  await cache.invalidate(["thing:a"]);
  expect((await cache.get(entry, a)).value).toBe("a 1");
  old.open("old");
  expect((await early).value).toBe("old");
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
});

test("an older load that a bypass replaced is not kept after an invalidation either", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe();
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = cache.get(entry, a);
  await old.begun;
  await cache.get(entry, a, { bypass: true });
  await cache.invalidate(["thing:a"]);
  old.open("old");
  await early;
  expect((await cache.get(entry, a)).value).not.toBe("old");
});

test("each tag of a value drops it", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const params = z.object({ user: z.number(), course: z.number() });
  let count = 0;
  const entry = defineEntry({
    name: "progress",
    key: "user:{user}:course:{course}",
    params,
    value: z.number(),
    ttl: "1h",
    tags: ({ user, course }) => [`user:${user}`, `course:${course}`],
    loadMany: async (sets, _context: object) => sets.map(() => ++count),
  });
  const read = async (cache = here) => (await cache.get(entry, { user: 1, course: 2 })).value;
  expect(await read()).toBe(1);
  await here.invalidate(["course:2"]);
  expect([await read(there), await read()]).toEqual([2, 2]);
  await here.invalidate(["user:1"]);
  expect(await read()).toBe(3);
  await here.invalidate(["user:3", "course:3"]);
  expect(await read()).toBe(3);
});

test("a lost fence costs a load and never brings an invalidated value back", async () => {
  await using caches = openCaches();
  const [first, slow] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  await first.get(entry, a);
  await first.invalidate(["thing:a"]);
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = slow.get(entry, a);
  await old.begun;
  await first.invalidate(["thing:a"]);
  await caches.plain.del(`${caches.prefix}:1:{thing:a}:fence`);
  old.open("old");
  await early;
  expect((await (await caches.open()).get(entry, a)).value).toBe("a 2");
});

test("a load that was invalidated unheard is not kept in memory, and what memory has stands in for nothing", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ clock: () => now, random: () => 0 });
  const invalidateUnheard = () => caches.plain.del(`${caches.prefix}:1:{thing:a}:fence`);
  const { entry, answer } = probe({ emptyTtl: "10s", grace: "1h" });
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const early = cache.get(entry, a);
  await old.begun;
  await invalidateUnheard();
  old.open("old");
  await early;
  answer.mockResolvedValueOnce(null);
  expect((await cache.get(entry, a)).value).toBeNull();
  await invalidateUnheard();
  now += 20_000;
  answer.mockRejectedValueOnce(new Error("database is away"));
  await expect(cache.get(entry, a)).rejects.toMatchObject({ code: "LOAD_FAILED" });
});

test("a fence stands as long as the longest value, from its last write on", async () => {
  await using caches = openCaches();
  const cache = await caches.open({ longestTtlMs: 1_000_000 });
  const { entry } = probe();
  const fence = `${caches.prefix}:1:{thing:a}:fence`;
  await cache.get(entry, a);
  await caches.plain.pexpire(fence, 10_000);
  await cache.get(entry, a, { bypass: true });
  expect(await caches.plain.pttl(fence)).toBeGreaterThan(900_000);
});

test("memory is emptied when the bus is heard again, and not asked before Redis until then", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  await cache.get(entry, a);
  const lost = once(cache.events, "bus");
  const back = lost.then(() => once(cache.events, "bus"));
  const clients = String(await caches.plain.client("LIST")).split("\n");
  const ours = await cache.redis.client("ID");
  const listening = clients.filter((line) => / sub=1 /.test(line) && !line.includes(`id=${ours} `));
  for (const line of listening) await caches.plain.client("KILL", "ID", /id=(\d+)/.exec(line)?.[1] ?? "");
  expect(await lost).toEqual([{ listening: false }]);
  await caches.plain.del(`${caches.prefix}:1:{thing:a}:fence`); // an invalidation that it doesn't hear
  expect((await cache.get(entry, a)).value).toBe("a 2");
  await caches.plain.del(`${caches.prefix}:1:{thing:a}:fence`);
  expect(await back).toEqual([{ listening: true }]);
  expect((await cache.get(entry, a)).value).toBe("a 3");
});

test("a message that nobody of us wrote empties memory and harms nothing else", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  await cache.get(entry, a);
  for (const text of ["{", "null", '{"tags":7}']) await caches.plain.publish(`${caches.prefix}:1:invalidated`, text);
  await vi.waitFor(async () => expect((await cache.get(entry, a)).source).toBe("l2"));
});
