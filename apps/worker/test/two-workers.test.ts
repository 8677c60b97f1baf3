import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { WarmupResult } from "@caretaker/contracts";
import { createDomains, fillDemo } from "@caretaker/domains";
import { createEngine, migrate } from "@caretaker/engine";
import { freePort, startChild } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";

const worker = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const users = 400;

/** A database with demo users, an engine that produces, and workers in processes of their own. */
async function fleet() {
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
    domains: createDomains({ learningTz: "UTC" }),
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

const resultOf = async ({ engine }: Awaited<ReturnType<typeof fleet>>, id: string) => {
  const job = await engine.followJob("warmup", id, { signal: AbortSignal.timeout(50_000) });
  expect(job?.error).toBeNull();
  return job?.result as WarmupResult;
};

test("two workers share the chunks of a warm-up", async () => {
  await using all = await fleet();
  await Promise.all([all.start("first"), all.start("second")]);
  await vi.waitUntil(async () => (await all.engine.queues.warmup.getWorkersCount()) === 2, { timeout: 20_000 });
  const { id } = await all.warmAll();
  const result = await resultOf(all, id);
  expect(result).toMatchObject({ failed: 0, fenced: 0 });
  expect(result.written + result.fresh).toBe(result.targets);
  const chunks = await all.chunks();
  expect(new Set(chunks.map(({ processedBy }) => processedBy))).toEqual(new Set(["first", "second"]));
});

test("killing a worker in the middle of a warm-up loses nothing", async () => {
  await using all = await fleet();
  const first = await all.start("first");
  const { id } = await all.warmAll();
  await vi.waitUntil(async () => (await all.chunks()).length > 3, { timeout: 20_000, interval: 5 });
  first.kill("SIGKILL");
  await first.exited;
  expect(await all.engine.queues.warmup.getJobState(id)).not.toBe("completed");
  await all.start("second");
  const result = await resultOf(all, id);
  const active = await all.engine.db.pool.query("select count(*)::int as users from users where is_active");
  expect(result).toMatchObject({ targets: 4 * active.rows[0].users + 1, failed: 0 });
  expect(result.written + result.fresh).toBe(result.targets);
});
