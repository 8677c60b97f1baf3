import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createDomains, fillDemo } from "@caretaker/domains";
import { createEngine, migrate } from "@caretaker/engine";
import { freePort, startChild } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";

const worker = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const users = 400;

/** A database with demo users, an engine that produces, and workers in processes of their own. */
export async function fleet() {
  const database = await testDatabase();
  const [queuePrefix, cachePrefix] = [`{${randomUUID()}}`, randomUUID()];
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: queuePrefix,
    CACHE_PREFIX: cachePrefix,
    LOG_LEVEL: "error",
  };
  const engine = createEngine({
    domains: createDomains(),
    database: { url: database.url },
    queueRedisUrl: testRedisUrl(),
    cacheRedisUrl: testRedisUrl(),
    queuePrefix,
    cachePrefix,
    role: "worker",
  });
  await migrate(engine.db);
  await fillDemo(engine.db, { users, sessionsPerUser: 20, asOf: new Date() });
  const children = new AsyncDisposableStack();
  return {
    engine,
    start: async (name: string) =>
      children.use(startChild([worker], { ...settings, WORKER_NAME: name, WORKER_PORT: String(await freePort()), WORKER_QUEUES: "warmup:1" })),
    chunks: async () => (await engine.queues.warmup.getJobs(["completed"])).filter(({ name }) => name === "learning.warmup-chunk"),
    /** Enqueues a warm-up of everybody in small chunks. */
    warmAll: () => engine.enqueue("warmup", { domain: "learning", scope: "all", chunkSize: 5 }),
    async [Symbol.asyncDispose]() {
      await children.disposeAsync();
      await engine[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
