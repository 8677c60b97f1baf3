import type { Cluster, Redis, RedisOptions } from "ioredis";

/** One more connection to the same Redis, with some options of its own. */
export function connectLike(redis: Redis, options: RedisOptions): Redis {
  if (!redis.isCluster) return redis.duplicate(options);
  const cluster = redis as unknown as Cluster;
  const { enableOfflineQueue = true, ...ofNodes } = options;
  return cluster.duplicate([], { enableOfflineQueue, redisOptions: { ...cluster.options.redisOptions, ...ofNodes } }) as unknown as Redis;
}
