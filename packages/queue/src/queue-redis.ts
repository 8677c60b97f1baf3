import { type RedisMode, redisServers } from "@caretaker/contracts";
import { Cluster, Redis, type RedisOptions } from "ioredis";

/** How long a producer waits for Redis before it says that it is away, ms. */
const answerWithinMs = 1_000;
/** A connection on which nothing comes for so long, though something is due, is given up: nobody may be at its other end. */
const silenceMs = 1_500;
/** The first try to reconnect comes at once, later ones every half second: a connection that is cut is back, one that is refused costs little. */
const reconnectAfterMs = (tries: number) => Math.min(500, 10 * 2 ** tries);

const roles = {
  /** Answers fast or fails: nothing is kept back to be sent later, when the caller has been told that it failed. */
  producer: {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: answerWithinMs,
    connectTimeout: answerWithinMs,
    socketTimeout: silenceMs,
  },
  /** Waits for Redis as long as it takes. */
  worker: { maxRetriesPerRequest: null },
} satisfies Record<string, RedisOptions>;

/**
 * A connection to the queues' Redis that reconnects by itself; `onError` gets the first error of each outage. For a Cluster,
 * which takes the same commands, and for Sentinels, `url` is a comma-separated list.
 */
export function createQueueRedis(
  url: string,
  role: keyof typeof roles,
  onError: (error: Error) => void,
  mode: RedisMode = { mode: "single" },
): Redis {
  const redis = connect(url, { ...roles[role], retryStrategy: reconnectAfterMs, reconnectOnError: () => false }, mode);
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

function connect(url: string, options: RedisOptions, mode: RedisMode): Redis {
  if (mode.mode === "single") return new Redis(url, options);
  const { nodes, access } = redisServers(url, mode);
  if (mode.mode === "sentinel") return new Redis({ ...options, ...access, sentinels: nodes, name: mode.sentinelName ?? "mymaster" });
  const { enableOfflineQueue = true } = options;
  return new Cluster(nodes, {
    enableOfflineQueue,
    clusterRetryStrategy: reconnectAfterMs,
    redisOptions: { ...options, ...access },
  }) as unknown as Redis;
}
