import type { Redis } from "ioredis";

export interface BusListener {
  /** Another process invalidated these tags. */
  onTags: (tags: string[]) => void;
  /** The connection was away: invalidations may have been missed. */
  onGap: () => void;
}

/** Hears of invalidations over a connection of its own, made like `redis`. */
export function listenToBus(redis: Redis, channel: string, { onTags, onGap }: BusListener): AsyncDisposable {
  const subscriber = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null, autoResubscribe: true });
  let wasReady = false;
  subscriber.on("error", () => {}); // the command connection reports outages
  subscriber.on("ready", () => {
    if (wasReady) onGap();
    wasReady = true;
  });
  subscriber.on("message", (_channel, message) => onTags(JSON.parse(message)));
  subscriber.subscribe(channel).catch(() => {}); // only fails when disposed of; it is repeated with each connection
  return {
    async [Symbol.asyncDispose]() {
      subscriber.disconnect();
    },
  };
}
