import { once } from "node:events";
import { Redis } from "ioredis";
import { createCache } from "../src/cache.ts";
import { createCacheRedis } from "../src/cache-redis.ts";

/** Holds a lock; when told to, writes under it to a place that refuses what comes with a smaller fencing token than it has seen. */
const { redisUrl, prefix } = JSON.parse(process.argv[2] ?? "") as { redisUrl: string; prefix: string };
process.once("disconnect", () => process.exit());

const place = new Redis(redisUrl);
place.defineCommand("writeFenced", {
  numberOfKeys: 1,
  lua: `
if tonumber(redis.call('HGET', KEYS[1], 'fence') or 0) > tonumber(ARGV[1]) then return 'refused' end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'text', ARGV[2])
return 'written'`,
});
const writer = place as Redis & { writeFenced(key: string, fence: number, text: string): Promise<string> };
const redis = createCacheRedis(redisUrl, () => {});
const cache = createCache<object>({ redis, prefix, context: () => ({}) });
await Promise.all([once(redis, "ready"), once(cache.events, "bus")]);
const lock = await cache.lock("ledger", { leaseMs: 300, waitMs: 10_000 });
process.send?.({ fencingToken: lock.fencingToken });
process.on("message", async (text: string) => {
  process.send?.(await writer.writeFenced(`${prefix}-ledger`, lock.fencingToken, text));
  process.send?.(lock.signal.aborted ? "lost" : "held");
});
