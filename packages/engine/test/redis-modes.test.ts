import { once } from "node:events";
import type { RedisMode } from "@caretaker/contracts";
import { startRedisCluster, startRedisSentinel } from "@caretaker/stack";
import { expect, test, vi } from "vitest";
import { testEngine } from "./test-engine.ts";

const modes = [
  { mode: "sentinel", start: startRedisSentinel },
  { mode: "cluster", start: startRedisCluster },
] as const satisfies readonly (RedisMode & { start: unknown })[];

test.for(modes)("jobs and cached values go over a Redis of mode $mode", async ({ mode, start }) => {
  await using servers = await start();
  const places = {
    queueRedisUrl: servers.urls,
    queueRedisMode: { mode },
    cacheRedisUrl: servers.urls,
    cacheRedisMode: { mode },
    cachePrefix: "test",
  };
  await using warming = await testEngine({}, places);
  await using reading = await testEngine({}, { ...places, ...warming.shared });
  await vi.waitUntil(async () => (await warming.engine.check()).every(({ state }) => state !== "failed"));
  warming.work();
  const params = Array.from({ length: 50 }, (_, id) => ({ id }));
  const job = await warming.engine.enqueue("warmup", { domain: "test", scope: { params }, chunkSize: 20 });
  expect(await warming.ended(job.id)).toMatchObject({ state: "completed", result: { written: 50 } });

  const { cache, domains } = reading.engine;
  const entry = domains[0]?.entries[0] as NonNullable<(typeof domains)[0]>["entries"][0];
  if (!(await cache.usage()).redis.listening) await once(cache.events, "bus");
  expect(await cache.get(entry, { id: 7 })).toMatchObject({ value: 7, source: "l2" });
  await warming.engine.cache.delete(entry, { id: 7 });
  await vi.waitFor(async () => expect(await cache.exists(entry, { id: 7 })).toBe(false));
});
