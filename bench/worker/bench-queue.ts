import { randomUUID } from "node:crypto";
import { createDb, migrate } from "@caretaker/db";
import { createQueueRedis, createQueues } from "@caretaker/queue";
import { type Stack, startStack } from "@caretaker/stack";
import type { Redis } from "ioredis";

type Queues = ReturnType<typeof createQueues>;

/** The servers of one benchmark. */
export interface Bench extends AsyncDisposable {
  readonly stack: Stack;
  readonly redis: Redis;
}

/** Empty queues of one run's own; disposing of them empties Redis. */
export interface RunQueues extends AsyncDisposable {
  readonly prefix: string;
  readonly queues: Queues;
  readonly queue: Queues["warmup"];
}

export async function openBench(): Promise<Bench> {
  await using opened = new AsyncDisposableStack();
  const stack = opened.use(await startStack());
  const redis = opened.adopt(
    createQueueRedis(stack.redisUrl, "worker", () => {}),
    (connection) => connection.disconnect(),
  );
  await using db = createDb({ url: stack.databaseUrl });
  await migrate(db);
  const rest = opened.move();
  return { stack, redis, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

export function openQueues({ redis }: Bench): RunQueues {
  const prefix = `{${randomUUID()}}`;
  const queues = createQueues(redis, prefix);
  return { prefix, queues, queue: queues.warmup, [Symbol.asyncDispose]: async () => void (await redis.flushall()) };
}
