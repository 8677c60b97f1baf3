import { type EventEmitter, once } from "node:events";
import { type RedisSentinel, startRedisSentinel } from "@caretaker/stack";
import { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";
import type { CacheEvents } from "./cache-events.ts";

const a = { id: "a" };

/** Its replica gets nothing any more, and what the master confirms from now on is lost with it. */
async function cutOffReplica({ master, replica }: RedisSentinel): Promise<void> {
  const [admin, other] = [new Redis(master.url), new Redis(replica.url)];
  await admin.config("SET", "requirepass", "the replica does not know it");
  await admin.client("KILL", "TYPE", "replica");
  await vi.waitUntil(async () => (await other.info("replication")).includes("master_link_status:down"));
  for (const redis of [admin, other]) redis.disconnect();
}

test("after a failover that lost an invalidation, nothing that was invalidated is served, and invalidations are heard", async () => {
  await using sentinel = await startRedisSentinel();
  await using caches = openCaches(sentinel.urls, undefined, { mode: "sentinel" });
  const [here, there] = [await caches.open(), await caches.open({ memory: { maxBytes: 1 } })];
  const [old, fresh] = [probe(), probe()];
  await here.get(old.entry, a);
  const replica = new Redis(sentinel.replica.url);
  const key = `${caches.prefix}:1:{thing:a}=${old.entry.name}:a:v`;
  await vi.waitUntil(() => replica.exists(key));
  await cutOffReplica(sentinel);
  await here.invalidate(["thing:a"]);
  const back = [here, there].map((cache) => untilHeardAgain(cache.events));
  await sentinel.master.kill("SIGKILL");
  await Promise.all(back);
  await vi.waitUntil(async () => (await there.get(fresh.entry, a)).source === "l2", { timeout: 20_000 });
  expect(await replica.get(key)).toContain("a 1");
  expect((await there.get(old.entry, a)).value).toBe("a 2");
  expect((await here.get(old.entry, a)).value).toBe("a 2");
  await there.invalidate(["thing:a"]);
  await vi.waitFor(async () => expect((await here.get(old.entry, a)).value).toBe("a 3"));
  replica.disconnect();
});

/** Resolves when invalidations are heard again after they were not. */
async function untilHeardAgain(events: EventEmitter<CacheEvents>): Promise<void> {
  for (let listening = true, lost = false; !(lost && listening); lost ||= !listening) [{ listening }] = await once(events, "bus");
}
