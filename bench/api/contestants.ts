import { fileURLToPath } from "node:url";
import { createDomains, fillDemo } from "@caretaker/domains";
import { createApiKey, createEngine, type Engine, migrate } from "@caretaker/engine";
import { freePort, startChild, startRedis, startStack } from "@caretaker/stack";
import { Redis } from "ioredis";

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const endless = { API_RATE_LIMIT: "100000000/1m", API_BACKLOG_CAP: "100000000" };

/** The two servers that are compared, each a process of its own, over one Redis for jobs. */
export interface Contestants extends AsyncDisposable {
  readonly ours: string;
  readonly bare: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly entryPath: string;
  /** Takes all jobs out again. */
  empty(): Promise<unknown>;
}

/** Starts both; the bare one sends a constant as long as our answer of `entryPath`. */
export async function startContestants(entryPath: string): Promise<Contestants> {
  await using opened = new AsyncDisposableStack();
  const stack = opened.use(await startStack());
  const { url: queueRedisUrl } = opened.use(await startRedis());
  const urls = { databaseUrl: stack.databaseUrl, queueRedisUrl, cacheRedisUrl: stack.redisUrl };
  const key = await prepare(urls);
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const ours = await startServer(opened, (port) => [
    ["--max-semi-space-size=32", program("../../apps/api/src/main.ts")],
    {
      ...endless,
      DATABASE_URL: urls.databaseUrl,
      QUEUE_REDIS_URL: queueRedisUrl,
      CACHE_REDIS_URL: urls.cacheRedisUrl,
      API_PORT: port,
      LOG_LEVEL: "error",
    },
  ]);
  const constant = await (await fetch(`${ours}${entryPath}`, { headers })).text();
  const bare = await startServer(opened, (port) => [[program("./bare-server.ts"), port, queueRedisUrl, constant], {}]);
  const redis = opened.adopt(new Redis(queueRedisUrl), (connection) => connection.disconnect());
  const rest = opened.move();
  return { ours, bare, headers, entryPath, empty: () => redis.flushall(), [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** Makes tables, demo rows and a key; resolves to the key. */
async function prepare({ databaseUrl, ...redis }: { databaseUrl: string; queueRedisUrl: string; cacheRedisUrl: string }): Promise<string> {
  const settings = { ...redis, queuePrefix: "{ct}", cachePrefix: "caretaker", database: { url: databaseUrl }, role: "worker" as const };
  await using engine: Engine = createEngine({ ...settings, domains: createDomains() });
  await migrate(engine.db);
  await fillDemo(engine.db, { users: 50, sessionsPerUser: 20, asOf: new Date() });
  return (await createApiKey(engine.db, { name: "bench", scopes: ["*"] })).key;
}

/** Starts a server on a free port; resolves to its URL once it answers. */
async function startServer(opened: AsyncDisposableStack, command: (port: string) => [string[], Record<string, string>]): Promise<string> {
  const port = String(await freePort());
  opened.use(startChild(...command(port)));
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
  return url;
}
