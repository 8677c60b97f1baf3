import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createDomains, fillDemo } from "@caretaker/domains";
import { createApiKey, createEngine, migrate } from "@caretaker/engine";
import {
  freePort,
  type PostgresServer,
  type RedisServer,
  startChild,
  startPostgres,
  startProxy,
  startRedis,
  temporaryFolder,
} from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { vi } from "vitest";

const api = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Ask {
  key?: string;
  method?: string;
  /** Text and bytes are sent as they are, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

interface Places {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Where the API finds them, if not there. */
  readonly apiDatabaseUrl?: string;
  readonly apiRedisUrl?: string;
}

/** The API as a process over the servers of this test run, in a database with some demo users. */
export async function startApi(settings: Record<string, string> = {}) {
  const database = await testDatabase();
  const started = await startAt({ databaseUrl: database.url, redisUrl: testRedisUrl() }, settings);
  return { ...started, [Symbol.asyncDispose]: () => inTurn(started, database) };
}

/** The same over links to these servers that can be slow, swallow everything or be cut. */
export async function startApiBehindProxies(settings: Record<string, string> = {}) {
  const database = await testDatabase();
  const [postgres, redis] = [await startProxy(database.url), await startProxy(testRedisUrl())];
  const started = await startAt(
    { databaseUrl: database.url, redisUrl: testRedisUrl(), apiDatabaseUrl: postgres.url, apiRedisUrl: redis.url },
    settings,
  );
  return { ...started, links: { postgres, redis }, [Symbol.asyncDispose]: () => inTurn(started, redis, postgres, database) };
}

/** The same over a PostgreSQL and a Redis of its own, which a test may stop. */
export async function startApiWithServers(settings: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const postgres: PostgresServer = await startPostgres({ dir: `${folder}/postgres`, throwaway: true });
  const redis: RedisServer = await startRedis({ dir: `${folder}/redis` });
  const started = await startAt({ databaseUrl: postgres.url, redisUrl: redis.url }, settings);
  return { ...started, postgres, redis, [Symbol.asyncDispose]: () => inTurn(started, redis, postgres) };
}

async function inTurn(...opened: AsyncDisposable[]): Promise<void> {
  for (const one of opened) await one[Symbol.asyncDispose]();
}

async function startAt({ databaseUrl, redisUrl, apiDatabaseUrl = databaseUrl, apiRedisUrl = redisUrl }: Places, settings: Record<string, string>) {
  await using started = new AsyncDisposableStack();
  const [queuePrefix, cachePrefix] = [`{${randomUUID()}}`, randomUUID()];
  const engine = started.use(
    createEngine({
      domains: createDomains(),
      database: { url: databaseUrl },
      queueRedisUrl: redisUrl,
      cacheRedisUrl: redisUrl,
      queuePrefix,
      cachePrefix,
      role: "worker",
    }),
  );
  await migrate(engine.db);
  await fillDemo(engine.db, { users: 50, sessionsPerUser: 20, asOf: new Date() });
  const keys = {
    all: (await createApiKey(engine.db, { name: "all", scopes: ["*"] })).key,
    reader: (await createApiKey(engine.db, { name: "reader", scopes: ["entries:read"] })).key,
    expired: (await createApiKey(engine.db, { name: "expired", scopes: ["*"], expiresAt: new Date(0) })).key,
  };
  const environment = {
    DATABASE_URL: apiDatabaseUrl,
    REDIS_URL: apiRedisUrl,
    QUEUE_PREFIX: queuePrefix,
    CACHE_PREFIX: cachePrefix,
    LOG_LEVEL: "fatal",
    API_RATE_LIMIT: "100000/1s",
    ...settings,
  };
  const processes = started.use(new AsyncDisposableStack());
  /** One more process of this API. */
  const replicate = async () => {
    const port = await freePort();
    const child = processes.use(startChild([api], { ...environment, API_PORT: String(port) }));
    const url = `http://127.0.0.1:${port}`;
    const ready = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await vi.waitUntil(ready, { timeout: 20_000 });
    return { url, child };
  };
  const { url, child } = await replicate();
  const opened = started.move();
  return {
    url,
    keys,
    engine,
    replicate,
    /** The API. */
    process: child,
    /** Asks with a key that may do all, unless told otherwise; answers with status, headers and the JSON body. */
    async ask(path: string, { key = keys.all, body, method, headers }: Ask = {}) {
      const answer = await fetch(`${url}${path}`, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: {
          ...(key ? { Authorization: `Bearer ${key}` } : {}),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
