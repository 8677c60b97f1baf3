import { once } from "node:events";
import { join } from "node:path";
import { startRedis, temporaryFolder } from "@caretaker/stack";
import type { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";
import { createCache } from "./cache.ts";
import { createCacheRedis } from "./cache-redis.ts";

const a = { id: "a" };
const server = () => startRedis({ dir: join(temporaryFolder(), "redis"), appendOnly: false });

test("a cache over a Redis that was never there answers from the source, and from memory after it", async () => {
  const redis = createCacheRedis("redis://127.0.0.1:1", () => {});
  const cache = createCache<object>({ redis, context: () => ({}) });
  const { entry, load } = probe();
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
  expect(await cache.getMany(entry, [a, { id: "b" }])).toEqual(["a 1", "b 2"]);
  expect(load).toHaveBeenCalledTimes(2);
  await cache[Symbol.asyncDispose]();
  redis.disconnect();
});

test("no read waits for a Redis that hangs longer than its bound", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  const cache = await caches.open({ readTimeoutMs: 50 });
  const { entry } = probe();
  const failures: string[] = [];
  cache.events.on("failure", ({ error }) => failures.push(error.message));
  await redis.kill("SIGSTOP");
  const began = performance.now();
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  const waited = performance.now() - began;
  expect(await cache.getMany(entry, [{ id: "b" }, { id: "c" }])).toEqual(["b 2", "c 3"]);
  await redis.kill("SIGCONT");
  expect(failures).toEqual(["no answer within 50 ms", "no answer within 50 ms"]);
  expect(waited).toBeGreaterThanOrEqual(49);
  expect(waited).toBeLessThan(500);
});

test("an expired value in memory stands in when Redis and the source are away", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  let now = Date.now();
  const cache = await caches.open({ clock: () => now, random: () => 0 });
  const { entry, answer } = probe({ ttl: "30s", memoryTtl: "30s", emptyTtl: "10s", grace: "1h" });
  answer.mockResolvedValueOnce(null);
  await cache.get(entry, a);
  await redis.kill("SIGKILL");
  answer.mockRejectedValue(new Error("database is away"));
  now += 20_000;
  expect(await cache.get(entry, a)).toMatchObject({ value: null, source: "stale" });
  now += 10_000;
  await expect(cache.get(entry, a)).rejects.toMatchObject({ code: "LOAD_FAILED" });
});

test("a cache knows that it hears nothing once its connection has ended, before that is closed", async () => {
  await using redis = await server();
  const commands = createCacheRedis(redis.url, () => {});
  const duplicate = vi.spyOn(commands, "duplicate");
  const cache = createCache<object>({ redis: commands, context: () => ({}) });
  let listening: boolean | undefined;
  cache.events.on("bus", (state) => {
    listening = state.listening;
  });
  await vi.waitUntil(() => listening);
  const { stream } = (duplicate.mock.results[0] as { value: Redis }).value;
  const ended = new Promise((resolve) => stream.once("end", () => resolve(listening)));
  await commands.client("KILL", "TYPE", "pubsub");
  expect(await ended).toBe(false);
  await cache[Symbol.asyncDispose]();
  commands.disconnect();
});

test("while Redis is away writes are dropped with an event, and what must not be lost is refused", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  const cache = await caches.open();
  const { entry } = probe();
  const gone = new Promise((resolve) => cache.redis.once("close", resolve)); // an error may come first
  await redis.kill("SIGKILL");
  await gone;
  const failure = once(cache.events, "failure");
  expect(await cache.setMany(entry, [{ params: a, value: "x" }])).toEqual({ written: 0, fenced: 0 });
  expect((await failure)[0]).toMatchObject({ entry: entry.name, tier: "l2" });
  await expect(cache.warm([{ entry, params: a }], { context: {} })).rejects.toThrow();
  await expect(cache.invalidate(["thing:a"])).rejects.toThrow();
  await expect(cache.delete(entry, a)).rejects.toThrow();
});

test("what Redis was too full to take is served, and not told as written", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  const cache = await caches.open();
  const { entry, answer } = probe();
  const written = vi.fn();
  cache.events.on("write", written);
  answer.mockImplementationOnce(async () => {
    await caches.plain.config("SET", "maxmemory", "1");
    return "x";
  });
  expect(await cache.get(entry, a)).toMatchObject({ value: "x", source: "miss" });
  expect(await cache.setMany(entry, [{ params: a, value: "y" }])).toEqual({ written: 0, fenced: 0 });
  expect(written).not.toHaveBeenCalled();
  await caches.plain.config("SET", "maxmemory", "0");
  await cache.setMany(entry, [{ params: a, value: "y" }]);
  expect(written.mock.calls).toEqual([[{ entry: entry.name, tier: "l2", values: 1, bytes: 3 }]]);
});

test("when Redis is back, memory is emptied before it serves again", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  const cache = await caches.open();
  const { entry } = probe();
  await cache.get(entry, a);
  const lost = once(cache.events, "bus");
  await redis.kill("SIGKILL");
  await lost;
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 1", source: "l1" });
  const back = Promise.all([once(cache.redis, "ready"), once(cache.events, "bus")]);
  await redis.restart();
  await back;
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 2", source: "miss" });
});

test("a Redis that restarts from an older state of its disk brings no invalidated value back", async () => {
  await using redis = await server();
  await using caches = openCaches(redis.url);
  const cache = await caches.open();
  const { entry } = probe();
  await cache.get(entry, a);
  await caches.plain.save();
  await cache.invalidate(["thing:a"]);
  const lost = once(cache.events, "bus");
  await redis.kill("SIGKILL");
  await lost;
  const back = Promise.all([once(cache.redis, "ready"), once(cache.events, "bus")]);
  await redis.restart();
  await back;
  expect(await caches.plain.exists(`${caches.prefix}:1:{thing:a}=${entry.name}:a:v`)).toBe(1);
  expect(await cache.get(entry, a)).toMatchObject({ value: "a 2", source: "miss" });
});
