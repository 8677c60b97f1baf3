import { once } from "node:events";
import type { JobView, Progress } from "@caretaker/contracts";
import { type Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { readJob } from "./job-view.ts";

export interface FollowOptions {
  redis: Redis;
  prefix: string;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** Resolves to a job when it has completed or failed for good, or as it stands when `signal` fires; `undefined` if there is none. */
export async function followJob(queue: Queue, id: string, { redis, prefix, signal, onProgress }: FollowOptions): Promise<JobView | undefined> {
  const connection = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null, commandTimeout: undefined } as object);
  connection.on("error", () => {}); // the connection that it is made like reports outages
  const [last] = await redis.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1);
  // read from there on: by default what happens before the first answer to its blocking read would be missed
  const events = new QueueEvents(queue.name, { connection, prefix, lastEventId: last?.[0] ?? "0-0" });
  events.on("error", () => {});
  events.on("progress", ({ jobId, data }) => jobId === id && onProgress?.(data as Progress));
  const ended = new AbortController();
  events.on("completed", ({ jobId }) => jobId === id && ended.abort());
  events.on("failed", ({ jobId }) => jobId === id && ended.abort());
  try {
    await Promise.race([events.waitUntilReady(), once(signal, "abort")]);
    const now = await readJob(queue, id);
    if (signal.aborted || !now || ["completed", "failed", "cancelled"].includes(now.state)) return now;
    const stop = AbortSignal.any([ended.signal, signal]);
    if (!stop.aborted) await once(stop, "abort");
    return await readJob(queue, id);
  } finally {
    await events.close();
    connection.disconnect();
  }
}
