import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createDomains, fillDemo } from "@caretaker/domains";
import { createApiKey, createEngine, migrate } from "@caretaker/engine";
import { freePort, type PostgresServer, type RedisServer, startChild, startPostgres, startRedis, temporaryFolder } from "@caretaker/stack";
import { vi } from "vitest";

const api = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Ask {
  key?: string;
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** The API as a process over a PostgreSQL with some demo users and a Redis, both its own, which a test may stop. */
export async function startApi() {
  await using started = new AsyncDisposableStack();
  const folder = temporaryFolder();
  const postgres: PostgresServer = started.use(await startPostgres({ dir: `${folder}/postgres`, throwaway: true }));
  const redis: RedisServer = started.use(await startRedis({ dir: `${folder}/redis` }));
  const [queuePrefix, cachePrefix] = [`{${randomUUID()}}`, randomUUID()];
  const engine = started.use(
    createEngine({
      domains: createDomains(),
      database: { url: postgres.url },
      queueRedisUrl: redis.url,
      cacheRedisUrl: redis.url,
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
  const port = await freePort();
  const settings = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    QUEUE_PREFIX: queuePrefix,
    CACHE_PREFIX: cachePrefix,
    API_PORT: String(port),
    LOG_LEVEL: "fatal",
  };
  const child = started.use(startChild([api], settings));
  const url = `http://127.0.0.1:${port}`;
  await vi.waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    { timeout: 20_000 },
  );
  const servers = started.move();
  return {
    url,
    keys,
    engine,
    redis,
    postgres,
    /** The API. */
    process: child,
    /** Asks with a key that may do all, unless told otherwise; answers with status, headers and the JSON body. */
    async ask(path: string, { key = keys.all, body, headers }: Ask = {}) {
      const answer = await fetch(`${url}${path}`, {
        headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}
