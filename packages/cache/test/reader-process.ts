import { once } from "node:events";
import { Redis } from "ioredis";
import { z } from "zod";
import { createCache } from "../src/cache.ts";
import { createCacheRedis } from "../src/cache-redis.ts";
import { defineEntry } from "../src/entry.ts";

/** Reads the value of each id that it is told, and says when it misses and what it got. A load waits for what is pushed to `{prefix}-gate`. */
const { redisUrl, prefix, loadWaitMs } = JSON.parse(process.argv[2] ?? "") as { redisUrl: string; prefix: string; loadWaitMs: number };
process.once("disconnect", () => process.exit());

const source = new Redis(redisUrl);
const redis = createCacheRedis(redisUrl, () => {});
const cache = createCache<object>({ redis, prefix, context: () => ({}), readTimeoutMs: 10_000, loadWaitMs });
const entry = defineEntry({
  name: "gated",
  key: "gated:{id}",
  params: z.object({ id: z.string() }),
  value: z.string(),
  ttl: "1h",
  async loadMany(sets: readonly { id: string }[], _context: object) {
    await source.rpush(`${prefix}-loads`, process.pid);
    const pushed = await source.blpop(`${prefix}-gate`, 0);
    return sets.map(() => pushed?.[1] ?? null);
  },
});
cache.events.on("miss", ({ tier }) => tier === "l2" && process.send?.("missed"));
process.on("message", async (id: string) => process.send?.((await cache.get(entry, { id })).value));
await Promise.all([once(redis, "ready"), once(cache.events, "bus")]);
process.send?.("ready");
