import { deepStrictEqual } from "node:assert";
import { fileURLToPath } from "node:url";
import { createDomains, fillDemo } from "@caretaker/domains";
import { type AnyEntry, createEngine, type Engine, type LoadContext, migrate, shortName } from "@caretaker/engine";
import { freePort, type Stack, startChild, startStack, until, workerFlags } from "@caretaker/stack";
import { Redis } from "ioredis";
import { type BenchmarkResult, compare, inTurn, secondsOf } from "./measure.ts";

const runs = 11;
/** Workers run for weeks: their code has been compiled when it counts. */
const roundsBefore = 20;
const users = 20_000;
/** One user at a time is slow: so many of them tell as much. */
const naiveUsers = 1_000;
const writesAtOnce = 1_000;
const asOf = new Date();

const workerProgram = fileURLToPath(new URL("../apps/worker/src/main.ts", import.meta.url));
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The warm-up of 20,000 users over 2,000,000 sessions, through queue and worker, in this process. */
export async function run(): Promise<BenchmarkResult> {
  await using stack = await startStack();
  const redis = new Redis(stack.redisUrl);
  await using engine = createEngine({
    domains: createDomains(),
    database: { url: stack.databaseUrl },
    queueRedisUrl: stack.redisUrl,
    cacheRedisUrl: stack.redisUrl,
    queuePrefix: "{ct}",
    cachePrefix: "caretaker",
    role: "worker",
    clock: () => asOf,
  });
  await redis.config("SET", "auto-aof-rewrite-percentage", "0"); // it would rewrite what one wrote while the next one is timed
  await migrate(engine.db);
  say("filling 20,000 users with 2,000,000 sessions");
  await fillDemo(engine.db, { users, asOf });
  const ids = (await engine.db.rows<[number]>({ name: "bench-users", text: "select id::float8 from users where is_active order by id" }, [])).map(
    ([id]) => id,
  );
  await using _first = startWorker(stack, 1, await freePort());
  await using _second = startWorker(stack, 2, await freePort());

  for (let round = 0; round < roundsBefore; round += 1) {
    await forget(redis);
    await warmAll(engine);
  }
  const values = await storedValues(redis);
  say(`${values.length} values of ${ids.length} users; measuring`);
  const figures = await inTurn(
    {
      ours: async () => {
        await forget(redis);
        await quiet(redis);
        return ids.length / (await secondsOf(() => warmAll(engine)));
      },
      naive: async () => naiveUsers / (await secondsOf(() => oneAtATime(engine, redis, ids.slice(0, naiveUsers)))),
      writes: async () => {
        await quiet(redis);
        return ids.length / (await secondsOf(() => writeAlone(redis, values)));
      },
    },
    runs,
  );
  await checkSame(engine, redis, ids);
  redis.disconnect();
  return {
    name: "warmup",
    runs,
    results: [
      compare("vs-naive", "users/s", figures.ours, figures.naive, "one user at a time"),
      compare("vs-redis-writes", "users/s", figures.ours, figures.writes, "pipelined SETs of the same values alone"),
    ],
  };
}

const startWorker = (stack: Stack, number: number, port: number) =>
  startChild([...workerFlags, workerProgram], {
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl,
    WORKER_NAME: `worker-${number}`,
    WORKER_PORT: String(port),
    WORKER_QUEUES: "warmup:2",
    LOG_LEVEL: "error",
  });

const perUser = (engine: Engine): readonly AnyEntry[] => engine.domains[0]?.warmup.parts[0]?.entries ?? [];

async function warmAll(engine: Engine): Promise<void> {
  const payload = { domain: "learning", scope: "all", entries: perUser(engine).map(shortName), asOf: asOf.toISOString(), chunkSize: 1_000 };
  const { id } = await engine.enqueue("warmup", payload);
  const job = await engine.followJob("warmup", id, { signal: AbortSignal.timeout(120_000) });
  if (job?.state !== "completed") throw new Error(`the warm-up did not complete: ${job?.error}`);
}

/** What scripts do that loop over users: for each value a query and a SET, one after the other. */
async function oneAtATime(engine: Engine, redis: Redis, ids: readonly number[]): Promise<void> {
  const context: LoadContext = { db: engine.db, asOf };
  for (const userId of ids) {
    for (const entry of perUser(engine)) {
      await redis.set(`naive:${entry.name}:${userId}`, JSON.stringify(await loadOne(engine, entry, userId, context)), "PX", entry.ttlMs);
    }
  }
}

async function loadOne(engine: Engine, entry: AnyEntry, userId: number, context: LoadContext): Promise<unknown> {
  const params = paramsOf(engine, entry, userId);
  const [data] = await entry.source.load([entry.request(params, context)], context);
  return entry.compute(data, params, context);
}

const paramsOf = (engine: Engine, entry: AnyEntry, userId: number) => ({ ...engine.domains[0]?.warmup.defaults?.[entry.name]?.(asOf), userId });

/** The bytes that our warm-up leaves in Redis, in pipelines of a thousand SETs. */
async function writeAlone(redis: Redis, values: readonly (readonly [string, string])[]): Promise<void> {
  for (let start = 0; start < values.length; start += writesAtOnce) {
    const pipeline = redis.pipeline();
    for (const [key, value] of values.slice(start, start + writesAtOnce)) pipeline.set(key, value, "PX", 300_000);
    await pipeline.exec();
  }
}

async function keysOf(redis: Redis, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of redis.scanStream({ match: pattern, count: 10_000 })) keys.push(...page);
  return keys;
}

/** Removes the values, as if they had expired. */
async function forget(redis: Redis): Promise<void> {
  const keys = (await keysOf(redis, "caretaker:*")).filter((key) => !key.endsWith(":fence"));
  for (let start = 0; start < keys.length; start += 5_000) await redis.unlink(keys.slice(start, start + 5_000));
}

/** Resolves when Redis has freed, and told the disk, what went before: it is not to do so in the time of what is measured next. */
const quiet = (redis: Redis) =>
  until("Redis is quiet", async () => {
    const info = await redis.info();
    return /lazyfree_pending_objects:0\r/.test(info) && /aof_pending_bio_fsync:0\r/.test(info) && /aof_buffer_length:0\r/.test(info);
  });

async function storedValues(redis: Redis): Promise<[string, string][]> {
  const keys = (await keysOf(redis, "caretaker:*")).filter((key) => !key.endsWith(":fence"));
  const texts = await redis.mget(keys);
  return keys.map((key, index) => [key.replace("caretaker", "writes"), texts[index] ?? ""]);
}

/** What the warm-up left must be what one user at a time gives, value by value. */
async function checkSame(engine: Engine, redis: Redis, ids: readonly number[]): Promise<void> {
  await forget(redis);
  await warmAll(engine);
  for (const userId of ids.slice(0, naiveUsers)) {
    for (const entry of perUser(engine)) {
      const { value, source } = await engine.cache.get(entry, paramsOf(engine, entry, userId));
      if (source !== "l2" && source !== "l1") throw new Error(`${entry.name} of user ${userId} was not warm but ${source}`);
      deepStrictEqual(value, JSON.parse((await redis.get(`naive:${entry.name}:${userId}`)) ?? "null"));
    }
  }
}
