import { EventEmitter } from "node:events";
import { type Queue, QueueEvents, type QueueEventsListener } from "bullmq";
import type { Redis } from "ioredis";
import { connectLike } from "./connect-like.ts";
import { type LogEntry, lastId } from "./event-log.ts";
import { jobEndStates } from "./job-ends.ts";
import type { StreamId } from "./stream-id.ts";

/** Something happened to the job, or may have: then there is no entry. */
export type JobNews = Partial<LogEntry>;

/** Hears what happens to the jobs of a queue, over one connection for all who listen. */
export interface QueueListener {
  /** Emits under a job's name for it, `nameOf(id)`. */
  readonly news: EventEmitter<Record<string, [JobNews]>>;
  close(): Promise<void>;
}

const heard = [
  "waiting",
  "active",
  "delayed",
  "waiting-children",
  "progress",
  "completed",
  "failed",
  "removed",
] as const satisfies readonly (keyof QueueEventsListener)[];
const lookEveryMs = 5_000;
const prefixOfNames = "job ";

/** The name of a job's news: an id may be one that `EventEmitter` uses itself. */
export const nameOf = (jobId: string): string => `${prefixOfNames}${jobId}`;

/**
 * Listens to a queue from now on. Every five seconds it also looks at the jobs that somebody listens for, since what Redis
 * lost in a crash is never told of.
 */
export async function createQueueListener(queue: Queue, redis: Redis, prefix: string): Promise<QueueListener> {
  const news: QueueListener["news"] = new EventEmitter<Record<string, [JobNews]>>().setMaxListeners(0);
  // by default what happens before the first answer to its blocking read would be missed
  const lastEventId = await lastId(redis, queue);
  const connection = connectLike(redis, {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
  } as object);
  connection.on("error", () => {}); // the connection that it is made like reports outages
  const events = new QueueEvents(queue.name, { connection, prefix, lastEventId });
  events.on("error", () => {});
  for (const event of heard) {
    events.on(event, ({ jobId, ...rest }: { jobId: string; data?: unknown }, id: string) =>
      news.emit(nameOf(jobId), { ...rest, event, id: id as StreamId }),
    );
  }
  const timer = setInterval(() => void tellOfEnded(queue, redis, news).catch(() => {}), lookEveryMs).unref();
  return {
    news,
    async close() {
      clearInterval(timer);
      await events.close();
      connection.disconnect();
    },
  };
}

async function tellOfEnded(queue: Queue, redis: Redis, news: QueueListener["news"]): Promise<void> {
  const ids = news.eventNames().map((name) => String(name).slice(prefixOfNames.length));
  const states = await jobEndStates(redis, queue, ids);
  for (const [index, id] of ids.entries()) if (states[index] !== "open") news.emit(nameOf(id), {});
}
