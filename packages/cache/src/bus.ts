import { randomUUID } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

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
const longestRetryMs = 2_000;

/** Joins the bus: speaks over `redis` and listens over a connection of its own, made like it. */
export function joinBus(redis: Redis | Cluster, channel: string, { onAnnouncement, onGap, onListening }: BusListener): Bus {
  const self = randomUUID();
  const ownStart = `{"from":"${self}"`;
  let listening = false;
  let left = false;
  let attempts = 0;
  let subscriber: Redis | undefined;
  let retrying: NodeJS.Timeout;

  const setListening = (now: boolean) => {
    if (listening === now || left) return;
    listening = now;
    if (now) onGap();
    onListening(now);
  };
  const listen = () => {
    const connection = connectAnew(redis);
    if (!connection) return retry();
    subscriber = connection;
    connection.on("error", () => {}); // the command connection reports outages
    connection.on("ready", () => {
      connection.subscribe(channel).then(
        () => {
          attempts = 0;
          setListening(true);
        },
        () => connection.disconnect(),
      );
    });
    const deaf = () => setListening(false);
    // a busy process gets to the close of a stream some time after its end, and reads go on meanwhile
    connection.on("connect", () => connection.stream.once("end", deaf).once("error", deaf));
    connection.on("close", deaf);
    connection.on("end", retry);
    connection.on("message", (_channel, text) => hear(text));
  };
  const retry = () => {
    attempts += 1;
    if (!left) retrying = setTimeout(listen, Math.min(attempts * 50, longestRetryMs));
  };
  const hear = (text: string) => {
    if (text.startsWith(ownStart)) return;
    const message = parse(text);
    if (!message) return onGap();
    onAnnouncement(message);
  };
  const caughtUp = async () => {
    if (listening) await subscriber?.ping();
  };
  const heartbeat = setInterval(() => caughtUp().catch(() => {}), silenceMs).unref();
  listen();

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
      clearTimeout(retrying);
      subscriber?.disconnect();
    },
  };
}

/** A connection of its own: of a Cluster to any of its nodes, since all of them pass on what is said to one. */
function connectAnew(redis: Redis | Cluster): Redis | undefined {
  const nodes = redis.isCluster ? (redis as Cluster).nodes("master") : [redis as Redis];
  return nodes[Math.floor(Math.random() * nodes.length)]?.duplicate({
    lazyConnect: false,
    enableOfflineQueue: true,
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    socketTimeout: silenceMs,
    retryStrategy: () => null,
  });
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
