import { type RedisMode, redisServers } from "@caretaker/contracts";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { cutWhenSilent } from "./cut-when-silent.ts";

const reconnectAfterMs = 500;
const silentMs = 5_000;
const options = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 5_000,
  commandTimeout: 5_000,
  retryStrategy: () => reconnectAfterMs,
} satisfies RedisOptions;

/**
 * A connection for a cache: what can't be sent now fails at once. `onError` gets the first error of each outage. For a
 * Cluster or Sentinels, `url` is a comma-separated list; user, password and TLS (`rediss:`) are those of the first.
 */
export function createCacheRedis(url: string, onError: (error: Error) => void): Redis;
export function createCacheRedis(url: string, onError: (error: Error) => void, mode: RedisMode): Redis | Cluster;
export function createCacheRedis(url: string, onError: (error: Error) => void, mode: RedisMode = { mode: "single" }): Redis | Cluster {
  const redis = connect(url, mode);
  let away = false;
  redis.on("error", (error: Error) => {
    if (!away) onError(error);
    away = true;
  });
  redis.on("ready", () => {
    away = false;
  });
  return redis;
}

function connect(url: string, mode: RedisMode): Redis | Cluster {
  if (mode.mode === "single") return cutWhenSilent(new Redis(url, options), silentMs);
  const { nodes, access } = redisServers(url, mode);
  if (mode.mode === "sentinel") {
    return cutWhenSilent(new Redis({ ...options, ...access, sentinels: nodes, name: mode.sentinelName ?? "mymaster" }), silentMs);
  }
  const { retryStrategy, enableOfflineQueue, ...redisOptions } = options;
  return new Cluster(nodes, {
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    redisOptions: { ...redisOptions, ...access, socketTimeout: silentMs },
  });
}
