import { createEngine, defineDomain, defineSubscription } from "@caretaker/engine";
import { Redis } from "ioredis";
import { z } from "zod";

/** A worker that notes each message in a Redis list as it handles it; `orders` says over which servers. */
const { databaseUrl, redisUrl, queuePrefix, notes, work } = JSON.parse(process.argv[2] ?? "");
const redis = new Redis(redisUrl);

const noting = defineSubscription({
  name: "test.noting",
  pattern: ">",
  schema: z.strictObject({ n: z.int() }),
  handler: async ({ key, content: { n } }) => redis.rpush(notes, `${key} ${n}`),
});
const domain = defineDomain({
  name: "test",
  description: "For tests",
  entries: [],
  warmup: { parts: [] },
  subscriptions: [noting],
  schedules: [],
  retry: { attempts: 1, backoff: "1s" },
});
const connections = { database: { url: databaseUrl }, queueRedisUrl: redisUrl, cacheRedisUrl: redisUrl, queuePrefix, cachePrefix: queuePrefix };
const engine = createEngine({ ...connections, domains: [domain], role: "worker" });
if (work) engine.work({ name: `consumer-${process.pid}`, concurrency: new Map([["messages", 8]]) }).start();

process.on("message", async ({ keys, messages }: { keys: number; messages: number }) => {
  for (let n = 0; n < messages; n += 1) {
    await Promise.all(Array.from({ length: keys }, (_, key) => engine.messages.publish({ topic: "user.email", message: { n }, key: `k${key}` })));
  }
  process.send?.("published");
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
