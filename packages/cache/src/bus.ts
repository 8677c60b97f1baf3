import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";

/** What is not to be served any more: all that has one of the tags, these keys, and the values whose entries' keys match. */
export interface Announcement {
  readonly tags?: readonly string[];
  readonly keys?: readonly string[];
  readonly patterns?: readonly string[];
  /** What exists now, for a filter. */
  readonly added?: { readonly filter: string; readonly ids: readonly string[] };
}

export interface BusListener {
  /** Another process announced it. */
  onAnnouncement: (announcement: Announcement) => void;
  /** Announcements may have been missed, up to now. */
  onGap: () => void;
  onListening: (listening: boolean) => void;
}

/** Where the processes of one cache tell each other what is not to be served any more. */
export interface Bus extends AsyncDisposable {
  /** Whether announcements are heard at present. */
  readonly listening: boolean;
  announce(announcement: Announcement): Promise<void>;
  /** Resolves when all that was announced until now has been heard, if anything is heard at present. */
  caughtUp(): Promise<void>;
}

/** A listener that is not answered for so long is cut off from Redis without having noticed. */
const silenceMs = 2_000;

/** Joins the bus: speaks over `redis` and listens over a connection of its own, made like it. */
export function joinBus(redis: Redis, channel: string, { onAnnouncement, onGap, onListening }: BusListener): Bus {
  const self = randomUUID();
  const subscriber = redis.duplicate({
    lazyConnect: false,
    enableOfflineQueue: true,
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    socketTimeout: silenceMs,
    retryStrategy: (attempt) => Math.min(attempt * 50, 2_000),
  });
  let listening = false;
  let left = false;

  const setListening = (now: boolean) => {
    if (listening === now || left) return;
    listening = now;
    if (now) onGap();
    onListening(now);
  };
  const subscribe = () =>
    subscriber.subscribe(channel).then(
      () => setListening(true),
      () => left || subscriber.disconnect(true),
    );
  const hear = (text: string) => {
    const message = parse(text);
    if (!message) return onGap();
    if (message.from !== self) onAnnouncement(message);
  };
  const caughtUp = async () => {
    if (listening) await subscriber.ping();
  };
  const heartbeat = setInterval(() => caughtUp().catch(() => {}), silenceMs).unref();
  subscriber.on("error", () => {}); // the command connection reports outages
  subscriber.on("ready", subscribe);
  subscriber.on("close", () => setListening(false));
  subscriber.on("message", (_channel, text) => hear(text));

  return {
    get listening() {
      return listening;
    },
    async announce(announcement) {
      await redis.publish(channel, JSON.stringify({ from: self, ...announcement }));
    },
    caughtUp,
    async [Symbol.asyncDispose]() {
      left = true;
      clearInterval(heartbeat);
      subscriber.disconnect();
    },
  };
}

/** Reads a message; `undefined` if nobody of us wrote it. */
function parse(text: string): (Announcement & { from: string }) | undefined {
  try {
    const message = JSON.parse(text);
    return [message.tags ?? [], message.keys ?? [], message.patterns ?? [], message.added?.ids ?? []].every(Array.isArray) ? message : undefined;
  } catch {
    return undefined;
  }
}
