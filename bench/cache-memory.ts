import { once } from "node:events";
import { createCache, createCacheRedis, defineEntry } from "@caretaker/cache";
import { startRedis } from "@caretaker/stack";
import { Redis } from "ioredis";
import { z } from "zod";
import { type BenchmarkResult, compare, secondsOf } from "./measure.ts";

const keys = Number(process.argv[3]) || 1_000_000;
const chunk = 10_000;
const batch = 1_000;
const valuesOfUser = 10;
const ttlMs = 3_600_000;

const params = z.object({ userId: z.number(), day: z.number() });
type Params = z.infer<typeof params>;
const value = z.object({ user_id: z.number(), day: z.number(), total_minutes: z.number(), courses: z.array(z.string()) });
const statsOf = ({ userId, day }: Params) => ({ user_id: userId, day, total_minutes: (userId * 37) % 600, courses: [`course-${userId % 50}`] });
const facts = { params, value, ttl: "1h", loadMany: async (sets: readonly Params[], _context: object) => sets.map(statsOf) } as const;
const plainKey = ({ userId, day }: Params) => `caretaker:1:user:${userId}:day:${day}`;
const entries = {
  tagged: defineEntry({ ...facts, name: "tagged", key: "user:{userId}:day:{day}", tags: ({ userId }) => [`user:${userId}`] }),
  own: defineEntry({ ...facts, name: "own", key: "user:{userId}:day:{day}" }),
};

/** What a value takes in Redis, and how fast many are warmed, next to the same values by pipelines of plain SETs. */
export async function run(): Promise<BenchmarkResult> {
  const plain = await fill((redis) => async (sets) => {
    for (let start = 0; start < sets.length; start += batch) {
      const pipeline = redis.pipeline();
      for (const set of sets.slice(start, start + batch)) pipeline.set(plainKey(set), JSON.stringify(statsOf(set)), "PX", ttlMs);
      await pipeline.exec();
    }
  });
  const [tagged, own] = [await fill(warmed(entries.tagged)), await fill(warmed(entries.own))];
  return {
    name: "cache-memory",
    runs: 1,
    results: [
      compare("bytes-tagged", "bytes a key", tagged.bytes, plain.bytes, `a plain SET (${valuesOfUser} values share a tag)`),
      compare("bytes-own-key", "bytes a key", own.bytes, plain.bytes, "a plain SET (each value has a fence)"),
      compare("speed-tagged", "keys/s", tagged.perSecond, plain.perSecond, `pipelines of ${batch} SETs`),
      compare("speed-own-key", "keys/s", own.perSecond, plain.perSecond, `pipelines of ${batch} SETs`),
    ],
  };
}

type Write = (sets: readonly Params[]) => Promise<unknown>;

/** Writes all keys to an empty Redis, chunk by chunk; resolves to the bytes that each takes and the keys a second. */
async function fill(open: (redis: Redis, url: string) => Promise<Write> | Write): Promise<{ bytes: number; perSecond: number }> {
  await using server = await startRedis({ appendOnly: false });
  const redis = new Redis(server.url);
  const write = await open(redis, server.url);
  const before = await usedMemory(redis);
  const seconds = await secondsOf(async () => {
    for (let start = 0; start < keys; start += chunk) await write(setsFrom(start));
  });
  const bytes = ((await usedMemory(redis)) - before) / keys;
  redis.disconnect();
  return { bytes, perSecond: keys / seconds };
}

const setsFrom = (start: number) =>
  Array.from(
    { length: Math.min(chunk, keys - start) },
    (_, index): Params => ({ userId: Math.floor((start + index) / valuesOfUser), day: (start + index) % valuesOfUser }),
  );

const warmed = (entry: (typeof entries)["own"]) => async (_redis: Redis, url: string) => {
  const redis = createCacheRedis(url, () => {});
  const cache = createCache<object>({ redis, context: () => ({}) });
  await Promise.all([once(redis, "ready"), once(cache.events, "bus")]);
  return (sets: readonly Params[]) => cache.warm(entry, sets);
};

const usedMemory = async (redis: Redis) => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
