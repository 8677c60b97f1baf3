import { EventEmitter } from "node:events";
import { type Cache, createCache, createCacheRedis } from "@caretaker/cache";
import type { RedisMode } from "@caretaker/contracts";
import { createDb, type Db, type DbOptions, type SlowWork } from "@caretaker/db";
import { createJobFeed, createQueueRedis, createQueues, type JobFeed } from "@caretaker/queue";
import type { Cluster, Redis } from "ioredis";
import type { LoadContext } from "./domain.ts";

export interface ConnectionSettings {
  readonly database: DbOptions;
  readonly queueRedisUrl: string;
  /** What `queueRedisUrl` names; one server by default. */
  readonly queueRedisMode?: RedisMode;
  readonly queuePrefix: string;
  readonly cacheRedisUrl: string;
  readonly cacheRedisMode?: RedisMode;
  readonly cachePrefix: string;
  /** How long a read waits for the cache's Redis before it goes to the source; the cache kit's default is 50 ms. */
  readonly cacheReadTimeoutMs?: number;
  /** A `producer` fails fast while the queues' Redis is away, a `worker` waits for it. */
  readonly role: "producer" | "worker";
}

interface EngineEvents {
  /** A connection broke; once for each outage. */
  connection: [{ to: "postgres" | "queue redis" | "cache redis"; error: Error }];
  /** A chunk of a warm-up is done: what became of its values. */
  warmed: [{ domain: string; written: number; fresh: number; fenced: number; failed: number }];
  /** Something took PostgreSQL longer than a second. */
  slow: [SlowWork];
}

/** A database, the queues in one Redis and the cache in another. */
export interface Connections extends AsyncDisposable {
  readonly db: Db;
  readonly queueRedis: Redis;
  readonly queuePrefix: string;
  readonly queues: ReturnType<typeof createQueues>;
  readonly jobFeed: JobFeed;
  readonly cacheRedis: Redis | Cluster;
  readonly cache: Cache<LoadContext>;
  /** Whether the cache may serve what it has; always, until a relay says otherwise. */
  readonly gate: { isCurrent: () => boolean };
  readonly events: EventEmitter<EngineEvents>;
}

/** Opens what the engine works on; `clock` is what loads take for now. Disposing of it closes the connections. */
export function openConnections(settings: ConnectionSettings, clock: () => Date): Connections {
  const { queuePrefix } = settings;
  const events = new EventEmitter<EngineEvents>();
  const lost = (to: EngineEvents["connection"][0]["to"]) => (error: Error) => events.emit("connection", { to, error });
  const db = createDb({ ...settings.database, onError: lost("postgres"), onSlow: (work) => events.emit("slow", work) });
  const queueRedis = createQueueRedis(settings.queueRedisUrl, settings.role, lost("queue redis"), settings.queueRedisMode);
  const cacheRedis = createCacheRedis(settings.cacheRedisUrl, lost("cache redis"), settings.cacheRedisMode ?? { mode: "single" });
  const gate = { isCurrent: () => true };
  const cache = createCache<LoadContext>({
    redis: cacheRedis,
    prefix: settings.cachePrefix,
    context: () => ({ db, asOf: clock() }),
    isCurrent: () => gate.isCurrent(),
    ...(settings.cacheReadTimeoutMs ? { readTimeoutMs: settings.cacheReadTimeoutMs } : {}),
  });
  const jobFeed = createJobFeed({ redis: queueRedis, prefix: queuePrefix });
  return {
    ...{ db, queueRedis, queuePrefix, jobFeed, queues: createQueues(queueRedis, queuePrefix), cacheRedis, cache, gate, events },
    async [Symbol.asyncDispose]() {
      await cache[Symbol.asyncDispose]();
      await jobFeed[Symbol.asyncDispose]();
      queueRedis.disconnect();
      cacheRedis.disconnect();
      await db[Symbol.asyncDispose]();
    },
  };
}
