import { type QueueName, queueName } from "@caretaker/contracts";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** All queues over one connection, by name; an unreachable Redis makes their commands fail instead of wait. */
export function createQueues(redis: Redis, prefix: string): Readonly<Record<QueueName, Queue>> {
  const open = (name: QueueName) => {
    // a check of the version made while Redis is away would fail every later command: the engine's own checks make it
    const queue = new Queue(name, { connection: redis, prefix, skipWaitingForReady: true, skipVersionCheck: true });
    queue.on("error", () => {}); // the connection reports its own outages, once each
    return queue;
  };
  return Object.fromEntries(queueName.options.map((name) => [name, open(name)])) as Record<QueueName, Queue>;
}
