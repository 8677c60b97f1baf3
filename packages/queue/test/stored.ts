import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

const readers: Record<string, (redis: Redis, key: string) => Promise<unknown>> = {
  string: (redis, key) => redis.get(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  hash: (redis, key) => redis.hgetall(key),
  zset: async (redis, key) => Object.fromEntries(pairs(await redis.zrange(key, 0, -1, "WITHSCORES"))),
  stream: async (redis, key) => (await redis.xrange(key, "-", "+")).map(([, fields]) => Object.fromEntries(pairs(fields))),
};
const pairs = (list: string[]) => list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]] as const] : []));

/** All that is stored of a queue, by what its keys end with. */
export async function stored(redis: Redis, queue: Queue): Promise<Record<string, unknown>> {
  const prefix = queue.toKey("");
  const keys = (await redis.keys(`${prefix.replace(/[[\]]/g, "?")}*`)).sort();
  const read = async (key: string) => [key.slice(prefix.length), await readers[await redis.type(key)]?.(redis, key)] as const;
  return Object.fromEntries(await Promise.all(keys.map(read)));
}
