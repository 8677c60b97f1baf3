import { Redis } from "ioredis";

const reconnectAfterMs = 500;

/** A connection for a cache: what can't be sent now fails at once. `onError` gets the first error of each outage. */
export function createCacheRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    socketTimeout: 5_000,
    retryStrategy: () => reconnectAfterMs,
  });
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
