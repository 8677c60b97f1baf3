import { randomUUID } from "node:crypto";
import { createEngine, defineDomain, defineSubscription, type Engine } from "@caretaker/engine";
import { Queue, Worker } from "bullmq";
import { z } from "zod";
import { type BenchmarkResult, type Comparison, compare, inTurn } from "./measure.ts";
import { type Bench, openBench } from "./worker/bench-queue.ts";

const runs = 5;
const concurrency = 50;
const deliveries = 10_000;
/** Messages that are published with one round trip, and jobs that the bare client adds with one. */
const atOnce = 500;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** From publishing to handled: ours with 1, 10 and 100 subscriptions against one bare queue with as many jobs; then the memory of many messages. */
export async function run(): Promise<BenchmarkResult> {
  const messages = Number(process.argv[3]) || 100_000;
  await using bench = await openBench();
  const results: Comparison[] = [];
  for (const subscriptions of [1, 10, 100]) {
    say(`measuring ${subscriptions} subscriptions`);
    results.push(await throughput(bench, { subscriptions, keys: 0 }));
  }
  say("measuring 100 keys");
  results.push(await throughput(bench, { subscriptions: 1, keys: 100 }));
  say(`measuring the memory of ${messages} messages`);
  results.push(...(await memory(bench, messages)));
  return { name: "messages", runs, results };
}

interface Load {
  readonly subscriptions: number;
  /** How many keys the messages have; 0 for none. */
  readonly keys: number;
}

async function throughput(bench: Bench, load: Load): Promise<Comparison> {
  const figures = await inTurn({ ours: () => publishedPerSecond(bench, load), bare: () => barePerSecond(bench) }, runs);
  const metric = load.keys > 0 ? `keys-${load.keys}` : `subscriptions-${load.subscriptions}`;
  return compare(metric, "deliveries/s", figures.ours, figures.bare, "bare BullMQ with one queue");
}

async function publishedPerSecond(bench: Bench, { subscriptions, keys }: Load): Promise<number> {
  const done = countdown(deliveries);
  await using engine = openEngine(bench, subscriptions, done.one);
  const host = engine.work({ name: "bench", concurrency: new Map([["messages", concurrency]]) });
  host.start();
  const began = performance.now();
  await publishAll(engine, deliveries / subscriptions, keys);
  await done.all;
  const seconds = (performance.now() - began) / 1_000;
  await host.close(10_000);
  await bench.redis.flushall();
  return deliveries / seconds;
}

async function publishAll(engine: Engine, messages: number, keys: number): Promise<void> {
  for (let from = 0; from < messages; from += atOnce) {
    const count = Math.min(atOnce, messages - from);
    const publish = (index: number) =>
      engine.messages.publish({ topic: "bench.message", message: { n: from + index }, ...(keys > 0 ? { key: `k${(from + index) % keys}` } : {}) });
    await Promise.all(Array.from({ length: count }, (_, index) => publish(index)));
  }
}

async function barePerSecond({ redis }: Bench): Promise<number> {
  const done = countdown(deliveries);
  const options = { connection: redis, prefix: `{${randomUUID()}}` };
  const queue = new Queue("bare", options);
  const worker = new Worker("bare", async () => done.one(), { ...options, concurrency });
  worker.on("error", () => {});
  await worker.waitUntilReady();
  const began = performance.now();
  for (let from = 0; from < deliveries; from += atOnce) {
    await queue.addBulk(Array.from({ length: Math.min(atOnce, deliveries - from) }, (_, index) => ({ name: "message", data: { n: from + index } })));
  }
  await done.all;
  const seconds = (performance.now() - began) / 1_000;
  await worker.close();
  await queue.close();
  await redis.flushall();
  return deliveries / seconds;
}

/** What Redis and this process hold after a tenth of the messages, and after all of them: the same, if nothing is left behind. */
async function memory(bench: Bench, messages: number): Promise<Comparison[]> {
  const part = Math.ceil(messages / 10);
  let done = countdown(part);
  await using engine = openEngine(bench, 1, () => done.one());
  const host = engine.work({ name: "bench", concurrency: new Map([["messages", concurrency]]) });
  host.start();
  const held: { redis: number; heap: number }[] = [];
  for (let tenth = 0; tenth < 10; tenth += 1) {
    done = countdown(part);
    await publishAll(engine, part, 0);
    await done.all;
    held.push({ redis: await redisBytes(bench), heap: process.memoryUsage().rss });
  }
  await host.close(10_000);
  await bench.redis.flushall();
  const [first, last] = [held[0], held.at(-1)];
  if (!first || !last) return [];
  return [
    compare("redis-memory", "MB", last.redis / 1e6, first.redis / 1e6, "after a tenth"),
    compare("process-memory", "MB", last.heap / 1e6, first.heap / 1e6, "after a tenth"),
  ];
}

const redisBytes = async ({ redis }: Bench) => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);

/** An engine whose subscriptions, so many, call `onMessage`. */
function openEngine({ stack }: Bench, count: number, onMessage: () => void): Engine {
  const subscriptions = Array.from({ length: count }, (_, n) =>
    defineSubscription({ name: `bench.s${n}`, pattern: "bench.*", schema: z.strictObject({ n: z.int() }), handler: async () => onMessage() }),
  );
  const facts = { name: "bench", description: "For benchmarks", entries: [], warmup: { parts: [] }, schedules: [] };
  const domain = defineDomain({ ...facts, subscriptions, retry: { attempts: 1, backoff: "1s" } });
  const connections = { database: { url: stack.databaseUrl }, queueRedisUrl: stack.redisUrl, cacheRedisUrl: stack.redisUrl };
  return createEngine({ ...connections, domains: [domain], queuePrefix: `{${randomUUID()}}`, cachePrefix: randomUUID(), role: "worker" });
}

/** Resolves `all` when `one` has been called so many times. */
function countdown(count: number) {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let left = count;
  const one = () => {
    left -= 1;
    if (left === 0) resolve();
  };
  return { all, one };
}
