import { once } from "node:events";
import { type Cache, createCache, createCacheRedis, defineEntry } from "@caretaker/cache";
import { startRedis } from "@caretaker/stack";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisDriver } from "bentocache/drivers/redis";
import { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { type BenchmarkResult, compare, inTurn, secondsOf } from "./measure.ts";

const runs = 15;
const keys = 10_000;
const hits = 100_000;
const reads = 2_500;
const readsTogether = 10_000;
const readsInHundreds = 40_000;
const writesOneByOne = 2_000;
const atOnce = 100;
const writesAtOnce = 1_000;
const ttlMs = 3_600_000;

const params = z.object({ userId: z.number(), date: z.string() });
type Params = z.infer<typeof params>;

const value = z.object({ user_id: z.number(), date: z.string(), total_minutes: z.number(), session_count: z.number(), courses: z.array(z.string()) });
const statsOf = ({ userId, date }: Params): z.infer<typeof value> => ({
  user_id: userId,
  date,
  total_minutes: (userId * 37) % 600,
  session_count: userId % 12,
  courses: [`course-${userId % 50}`, `course-${userId % 70}`],
});

const facts = {
  params,
  value,
  ttl: "1h",
  memoryTtl: "1h",
  loadMany: async (sets: readonly Params[], _context: object) => sets.map(statsOf),
} as const;
const entry = defineEntry({ ...facts, name: "bench.daily-stats", key: "user:{userId}:daily:{date}" });
/** Each of its values has a fence that readers look at. */
const tagged = defineEntry({ ...facts, name: "bench.tagged", key: "user:{userId}:tagged:{date}", tags: ({ userId }) => [`user:${userId}`] });
const sets = Array.from({ length: keys }, (_, userId): Params => ({ userId, date: "2014-03-10" }));
const setOf = (index: number) => sets[index % keys] as Params;
const keyOf = ({ userId, date }: Params) => `user:${userId}:daily:${date}`;

/** What the cache's promises cost, next to the same without them: ours and the other, in turn. */
export async function run(): Promise<BenchmarkResult> {
  await using server = await startRedis();
  const redis = new Redis(server.url);
  await using near = await openCache(server.url, {});
  await using far = await openCache(server.url, { memory: { maxBytes: 1 } });
  const lru = new LRUCache<string, object>({ max: keys });
  const until = Date.now() + ttlMs;
  const bento = openBento(server.url);
  await near.cache.getMany(entry, sets);
  await far.cache.getMany(tagged, sets);
  for (const set of sets) {
    lru.set(keyOf(set), statsOf(set));
    await bento.set({ key: keyOf(set), value: statsOf(set), ttl: ttlMs });
    await redis.set(`raw:${keyOf(set)}`, JSON.stringify(statsOf(set)), "PX", ttlMs);
  }
  const figures = await inTurn(
    {
      l1: async () => {
        await near.cache.getMany(entry, sets); // the writes of the last round have emptied its memory
        return perSecond(hits, async () => repeat(hits, (set) => near.cache.get(entry, set)));
      },
      lru: () => perSecond(hits, async () => repeat(hits, async (set) => lru.get(keyOf(set)))),
      lruOfEntry: () => perSecond(hits, async () => repeat(hits, async (set) => freshOf(lru.get(entry.keyOf(set)), until))),
      bento: () => perSecond(hits, async () => repeat(hits, (set) => bento.get({ key: keyOf(set) }))),
      sequential: () => perSecond(reads, async () => repeat(reads, (set) => far.cache.get(entry, set))),
      rawSequentialOfOurs: () => perSecond(reads, async () => repeat(reads, async (set) => (await rawGetOurs(redis, [set]))[0])),
      rawSequentialGuarded: () => perSecond(reads, async () => repeat(reads, (set) => rawGetGuarded(redis, set))),
      rawSequential: () => perSecond(reads, async () => repeat(reads, (set) => rawGet(redis, set))),
      concurrent: () => perSecond(readsTogether, async () => repeatTogether(readsTogether, (set) => far.cache.get(entry, set))),
      rawConcurrent: () => perSecond(readsTogether, async () => repeatTogether(readsTogether, (set) => rawGet(redis, set))),
      many: () => perSecond(readsInHundreds, async () => inHundreds(readsInHundreds, (some) => far.cache.getMany(entry, some))),
      rawMany: () => perSecond(readsInHundreds, async () => inHundreds(readsInHundreds, (some) => rawGetMany(redis, some))),
      rawManyOfOurs: () => perSecond(readsInHundreds, async () => inHundreds(readsInHundreds, (some) => rawGetOurs(redis, some))),
      manyTagged: () => perSecond(readsInHundreds, async () => inHundreds(readsInHundreds, (some) => far.cache.getMany(tagged, some))),
      rawManyTwice: () => perSecond(readsInHundreds, async () => inHundreds(readsInHundreds, (some) => rawGetTwice(redis, some))),
      setMany: () =>
        perSecond(keys, () =>
          far.cache.setMany(
            entry,
            sets.map((set) => ({ params: set, value: statsOf(set) })),
          ),
        ),
      rawSetMany: () => perSecond(keys, () => rawSetMany(redis)),
      bentoSetMany: () =>
        perSecond(writesOneByOne, async () => repeat(writesOneByOne, (set) => bento.set({ key: keyOf(set), value: statsOf(set), ttl: ttlMs }))),
    },
    runs,
  );
  await bento.disconnect();
  redis.disconnect();
  return {
    name: "cache",
    runs,
    results: [
      compare("l1-get", "reads/s", figures.l1, figures.lru, "an awaited lru-cache"),
      compare(
        "l1-alone",
        "reads/s",
        figures.lruOfEntry,
        figures.lru,
        "an awaited lru-cache, ours the same with an entry's keys and a look at the clock",
      ),
      compare("l1-get-bentocache", "reads/s", figures.l1, figures.bento, "bentocache"),
      compare("l2-get-sequential", "reads/s", figures.sequential, figures.rawSequential, "ioredis GET and JSON.parse"),
      compare("l2-alone", "reads/s", figures.rawSequentialOfOurs, figures.rawSequential, "GET, ours MGET of one of the cache's own keys and values"),
      compare(
        "promises-alone",
        "reads/s",
        figures.rawSequentialGuarded,
        figures.rawSequential,
        "GET, ours the same of the cache's own keys and values, with a bound on its time and shared by all who ask meanwhile",
      ),
      compare("l2-get-concurrent", "reads/s", figures.concurrent, figures.rawConcurrent, "100 such GETs at once"),
      compare("get-many", "values/s", figures.many, figures.rawMany, "MGET of 100 and JSON.parse"),
      compare("get-many-tagged", "values/s", figures.manyTagged, figures.rawMany, "MGET of 100 and JSON.parse"),
      compare("form-alone", "values/s", figures.rawManyOfOurs, figures.rawMany, "MGET of 100, ours MGET of 100 of the cache's own keys and values"),
      compare("fences-alone", "values/s", figures.rawManyTwice, figures.rawMany, "MGET of 100, ours MGET of these and 100 fences"),
      compare("set-many", "values/s", figures.setMany, figures.rawSetMany, "pipelines of 1,000 SETs"),
      compare("set-many-bentocache", "values/s", figures.setMany, figures.bentoSetMany, "bentocache one by one"),
    ],
  };
}

async function openCache(url: string, options: { memory?: { maxBytes: number } }) {
  const redis = createCacheRedis(url, () => {});
  const cache: Cache<object> = createCache<object>({ redis, context: () => ({}), readTimeoutMs: 5_000, ...options });
  await Promise.all([once(redis, "ready"), once(cache.events, "bus")]);
  return {
    cache,
    async [Symbol.asyncDispose]() {
      await cache[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}

const openBento = (url: string) =>
  new BentoCache({
    default: "both",
    stores: {
      both: bentostore()
        .useL1Layer(memoryDriver({ maxItems: 2 * keys, serialize: false }))
        .useL2Layer(redisDriver({ connection: new Redis(url) })),
    },
  });

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  return count / (await secondsOf(work));
}

async function repeat(times: number, read: (set: Params) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index++) await read(setOf(index));
}

async function repeatTogether(times: number, read: (set: Params) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < times; start += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, index) => read(setOf(start + index))));
}

async function inHundreds(times: number, read: (some: Params[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < times; start += atOnce) await read(sets.slice(start % keys, (start % keys) + atOnce));
}

/** What a time to live asks of each read. */
const freshOf = (kept: object | undefined, until: number) => (until > Date.now() ? kept : undefined);

const rawGet = async (redis: Redis, set: Params) => JSON.parse((await redis.get(`raw:${keyOf(set)}`)) ?? "null");

async function rawGetMany(redis: Redis, some: readonly Params[]): Promise<unknown[]> {
  const texts = await redis.mget(some.map((set) => `raw:${keyOf(set)}`));
  return texts.map((text) => JSON.parse(text ?? "null"));
}

/** What the cache's keys (prefix, version, slot) and values (times, schema, server) cost by themselves. */
async function rawGetOurs(redis: Redis, some: readonly Params[]): Promise<unknown[]> {
  const texts = await redis.mget(some.map((set) => `caretaker:1:{${keyOf(set)}}:v`));
  return texts.map((text) => JSON.parse(text?.slice(text.indexOf("|") + 1) ?? "null"));
}

const underWay = new Map<string, Promise<unknown>>();

/** What two promises, one load and a bound on the time of a read, cost by themselves. */
function rawGetGuarded(redis: Redis, set: Params): Promise<unknown> {
  const key = keyOf(set);
  const known = underWay.get(key);
  if (known) return known;
  const read = new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(reject, 5_000, new Error("no answer"));
    const end = () => {
      clearTimeout(timer);
      underWay.delete(key);
    };
    rawGetOurs(redis, [set]).then(
      ([value]) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
  underWay.set(key, read);
  return read;
}

/** What reading the fences of these values costs by itself. */
async function rawGetTwice(redis: Redis, some: readonly Params[]): Promise<unknown[]> {
  const texts = await redis.mget([...some.map(({ userId }) => `caretaker:1:{user:${userId}}:fence`), ...some.map((set) => `raw:${keyOf(set)}`)]);
  return texts.slice(some.length).map((text) => JSON.parse(text ?? "null"));
}

async function rawSetMany(redis: Redis): Promise<void> {
  for (let start = 0; start < keys; start += writesAtOnce) {
    const pipeline = redis.pipeline();
    for (const set of sets.slice(start, start + writesAtOnce)) pipeline.set(`raw:${keyOf(set)}`, JSON.stringify(statsOf(set)), "PX", ttlMs);
    await pipeline.exec();
  }
}
