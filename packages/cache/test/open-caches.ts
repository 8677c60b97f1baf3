import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { RedisMode } from "@caretaker/contracts";
import { testRedisUrl } from "@caretaker/stack/testing";
import { Redis } from "ioredis";
import { createCache } from "../src/cache.ts";
import type { CacheOptions } from "../src/cache-core.ts";
import { createCacheRedis } from "../src/cache-redis.ts";

export type OpenCaches = ReturnType<typeof openCaches>;

/** Caches that share a Redis and a prefix of their own, as processes do; they are closed with the test. */
export function openCaches(url = testRedisUrl(), prefix = `test-${randomUUID()}`, mode: RedisMode = { mode: "single" }) {
  const plain = new Redis(url.split(",")[0] as string, { maxRetriesPerRequest: null });
  plain.on("error", () => {});
  const closing = new AsyncDisposableStack();
  closing.defer(() => plain.disconnect());
  return {
    prefix,
    /** A connection to look at what is stored. */
    plain,
    /** Opens a cache with a connection of its own, ready and listening. */
    async open(options: Partial<CacheOptions<object>> = {}) {
      const redis = createCacheRedis(url, () => {}, mode) as Redis;
      closing.defer(() => redis.disconnect());
      const cache = closing.use(createCache<object>({ redis, prefix, context: () => ({}), readTimeoutMs: 5_000, ...options }));
      await Promise.all([once(redis, "ready"), once(cache.events, "bus")]);
      return Object.assign(cache, { redis });
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
