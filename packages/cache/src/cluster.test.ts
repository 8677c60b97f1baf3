import { type RedisCluster, startRedisCluster } from "@caretaker/stack";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";
import { defineEntry } from "./entry.ts";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const open = () => openCaches(cluster.urls, undefined, { mode: "cluster" });
const a = { id: "a" };
const range = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}` }));

test("many values in many slots are read, stored and warmed, each process serving what the other wrote", async () => {
  await using caches = open();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, load } = probe();
  const sets = range(300);
  const values = await here.getMany(entry, sets);
  expect(await there.getMany(entry, sets)).toEqual(values);
  expect(
    await here.setMany(
      entry,
      sets.map((params) => ({ params, value: `set ${params.id}` })),
    ),
  ).toEqual({ written: 300, fenced: 0 });
  expect(await (await caches.open()).getMany(entry, sets)).toEqual(sets.map(({ id }) => `set ${id}`));
  expect(load).toHaveBeenCalledOnce();
  const targets = range(3_000).map((params) => ({ entry, params }));
  expect(await there.warm(targets, { context: {} })).toMatchObject({ written: 2_700, fresh: 300 });
});

test("each of several tags in different slots drops a value, in every process", async () => {
  await using caches = open();
  const [here, there] = [await caches.open(), await caches.open()];
  let count = 0;
  const entry = defineEntry({
    name: "progress",
    key: "user:{user}:course:{course}",
    params: z.object({ user: z.number(), course: z.number() }),
    value: z.number(),
    ttl: "1h",
    namespace: "learning",
    tags: ({ user, course }) => [`user:${user}`, `course:${course}`],
    loadMany: async (sets, _context: object) => sets.map(() => ++count),
  });
  const params = { user: 1, course: 2 };
  const read = async (cache = here) => (await cache.get(entry, params)).value;
  expect([await read(), await read(there)]).toEqual([1, 1]);
  await here.invalidate(["course:2"]);
  expect(await read()).toBe(2);
  await vi.waitFor(async () => expect(await read(there)).toBe(2));
  await here.invalidate(["user:1"]);
  expect(await read()).toBe(3);
  await here.clear("learning");
  expect(await read()).toBe(4);
});

test("values in all nodes are deleted by pattern", async () => {
  await using caches = open();
  const cache = await caches.open();
  const { entry } = probe();
  await cache.getMany(entry, range(50));
  expect(await cache.deletePattern(`${entry.name}:1*`)).toBe(11);
  expect([await cache.exists(entry, { id: "12" }), await cache.exists(entry, { id: "2" })]).toEqual([false, true]);
  await cache.deleteMany(entry, range(50));
  expect(await cache.exists(entry, { id: "2" })).toBe(false);
});

test("locks, popularity and concurrent loads work as on one server", async () => {
  await using caches = open();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, load } = probe();
  const readings = await Promise.all([here.get(entry, a), there.get(entry, a)]);
  expect(readings.map(({ value }) => value)).toEqual(["a 1", "a 1"]);
  expect(load).toHaveBeenCalledOnce();
  await here.invalidate(["thing:a"]);
  expect(await here.popular(entry, 5)).toEqual([a]);
  await using _lock = await here.lock("door");
  await expect(there.lock("door")).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
});

test("when the node that invalidations are heard from is gone, another one is found", async () => {
  await using own = await startRedisCluster();
  await using caches = openCaches(own.urls, undefined, { mode: "cluster" });
  const cache = await caches.open();
  const told: boolean[] = [];
  cache.events.on("bus", ({ listening }) => told.push(listening));
  for (const server of own.servers) {
    await server.kill("SIGKILL");
    await server.restart();
  }
  await vi.waitUntil(() => told.includes(false) && told.at(-1), { timeout: 20_000 });
});

test("a node that restarts from an older state of its disk brings no invalidated value back", async () => {
  await using own = await startRedisCluster();
  await using caches = openCaches(own.urls, undefined, { mode: "cluster" });
  const [here, there] = [await caches.open(), await caches.open({ memory: { maxBytes: 1 } })];
  const [old, fresh] = [probe(), probe()];
  await here.get(old.entry, a);
  for (const server of own.servers) await saveToDisk(server.url);
  await here.invalidate(["thing:a"]);
  for (const server of own.servers) {
    await server.kill("SIGKILL");
    await server.restart();
  }
  await vi.waitUntil(async () => (await there.get(fresh.entry, a)).source === "l2", { timeout: 20_000 });
  expect(await there.redis.get(`${caches.prefix}:1:{thing:a}=${old.entry.name}:a:v`)).toContain("a 1");
  expect((await there.get(old.entry, a)).value).toBe("a 2");
});

async function saveToDisk(url: string): Promise<void> {
  const node = new Redis(url);
  await node.save();
  node.disconnect();
}
