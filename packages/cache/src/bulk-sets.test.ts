import { join } from "node:path";
import { type RedisServer, startRedis, temporaryFolder } from "@caretaker/stack";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";

let server: RedisServer;
let admin: Redis;
const sets = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index) }));

beforeAll(async () => {
  server = await startRedis({ dir: join(temporaryFolder(), "redis-of-bulk-sets"), appendOnly: false });
  admin = new Redis(server.url);
});

afterAll(async () => {
  admin.disconnect();
  await server[Symbol.asyncDispose]();
});

test("values of whatever characters arrive as they are, more of them than travel at once", async () => {
  await using caches = openCaches(server.url);
  const [warmer, reader] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  const text = (id: string) => (Number(id) % 3 === 0 ? `${id}: naïve 日本 🙂` : id);
  answer.mockImplementation(async ({ id }) => text(id));
  expect(await warmer.warm(entry, sets(2_500))).toMatchObject({ written: 2_500 });
  expect(await reader.getMany(entry, sets(2_500))).toEqual(sets(2_500).map(({ id }) => text(id)));
  expect(answer).toHaveBeenCalledTimes(2_500);
});

test("they are plain SETs, no script", async () => {
  await using caches = openCaches(server.url);
  const cache = await caches.open();
  const { entry } = probe();
  await cache.warm(entry, sets(1)); // Redis gets to know the scripts that compare
  await admin.config("RESETSTAT");
  expect(await cache.warm(entry, sets(3_000))).toMatchObject({ written: 2_999, fresh: 1 });
  expect(await admin.info("commandstats")).not.toContain("cmdstat_eval:");
});

test("values whose fences have yet to be raised are not looked for", async () => {
  await using caches = openCaches(server.url);
  const cache = await caches.open();
  const { entry } = probe();
  await cache.warm(entry, sets(1));
  await admin.config("RESETSTAT");
  expect(await cache.warm(entry, sets(1_000))).toMatchObject({ written: 999, fresh: 1 });
  const fencesOnly = 2 * 999; // by a command, then by the script that raises them
  expect(await admin.info("stats")).toContain(`keyspace_misses:${fencesOnly}\r`);
});

test("a Redis that is full by the time they are stored is an error", async () => {
  await using caches = openCaches(server.url);
  const cache = await caches.open();
  const { entry, load } = probe();
  load.mockImplementationOnce(async (ids) => {
    await admin.config("SET", "maxmemory", "1");
    return ids.map(({ id }) => id);
  });
  await expect(cache.warm(entry, sets(10))).rejects.toThrow("OOM");
  await admin.config("SET", "maxmemory", "0");
  expect(await cache.warm(entry, sets(10))).toMatchObject({ written: 10 });
});

test("their connection is made anew when it was lost", async () => {
  await using caches = openCaches(server.url);
  const cache = await caches.open();
  const { entry } = probe();
  await cache.warm(entry, sets(1));
  await admin.client("KILL", "TYPE", "normal", "SKIPME", "yes");
  await vi.waitFor(async () => expect(await cache.warm(entry, sets(5), { force: true })).toMatchObject({ written: 5 }));
});

test("whoever may not turn answers off stores them by script", async () => {
  await admin.call("ACL", "SETUSER", "restricted", "on", ">secret", "~*", "&*", "+@all", "-client|reply");
  await using caches = openCaches(server.url.replace("redis://", "redis://restricted:secret@"));
  const cache = await caches.open();
  const { entry, load } = probe();
  load.mockImplementationOnce(async (ids) => {
    await cache.invalidate(["thing:1"]);
    return ids.map(({ id }) => `first ${id}`);
  });
  expect(await cache.warm(entry, sets(1_200))).toMatchObject({ written: 1_199, fenced: 1 });
  expect((await cache.get(entry, { id: "7" })).value).toBe("first 7");
});
