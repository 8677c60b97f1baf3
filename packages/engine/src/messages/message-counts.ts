import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Route } from "./route-message.ts";

/** How many messages a subscription took and refused, and how many nobody wanted, since counting began. */
export interface MessageCounts {
  readonly taken: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  readonly unrouted: number;
}

const field = "message-counts";

/** Adds what became of some messages to the counts that all processes have in common. */
export async function countRoutes(redis: Redis, queue: Queue, routes: readonly Route[]): Promise<void> {
  const sums = new Map<string, number>();
  const add = (name: string) => sums.set(name, (sums.get(name) ?? 0) + 1);
  for (const { takers, refusers, unrouted } of routes) {
    for (const { name } of takers) add(`taken ${name}`);
    for (const { name } of refusers) add(`refused ${name}`);
    if (unrouted) add("unrouted");
  }
  const pipeline = redis.pipeline();
  for (const [name, sum] of sums) pipeline.hincrby(queue.toKey(field), name, sum);
  await pipeline.exec();
}

/** The counts as they stand. */
export async function readCounts(redis: Redis, queue: Queue): Promise<MessageCounts> {
  const counts = Object.entries(await redis.hgetall(queue.toKey(field)));
  const of = (kind: string) =>
    new Map(counts.flatMap(([name, count]) => (name.startsWith(`${kind} `) ? [[name.slice(kind.length + 1), Number(count)] as const] : [])));
  return { taken: of("taken"), refused: of("refused"), unrouted: Number(counts.find(([name]) => name === "unrouted")?.[1] ?? 0) };
}
