import { type Cancellation, cancellation } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { cancelledText } from "./stop-reasons.ts";

/** In a job's hash, so that it lives as long as the job: who cancelled it, when and why, as JSON. */
export const cancelledField = "cancelled";

/** Where running jobs that are to stop stand until they have: `queue/id` → cancellation. */
const pendingKey = (prefix: string) => `${prefix}:cancelling`;
const channelOf = (prefix: string) => `${prefix}:cancel`;
/** A worker asks this often for what it was not told: half of the second within which a signal has to fire. */
const askEveryMs = 500;

/** Whether a failure is what a cancellation came to; a job may have failed by itself before it heard of one. */
export const hasEnded = (made: Cancellation | null | undefined, error: string | undefined): boolean => !!made && error === cancelledText(made);

/** Who cancelled a job, or null. */
export async function readCancellation(queue: Queue, id: string): Promise<Cancellation | null> {
  const client = await queue.backend.client;
  const text = await client.hget(queue.toKey(id), cancelledField);
  return text ? cancellation.parse(JSON.parse(text)) : null;
}

/** Tells the worker that runs a job to stop it: a message, and a note for one that does not hear it. */
export async function tellToStop(redis: Redis, prefix: string, queue: string, id: string, text: string): Promise<void> {
  const place = `${queue}/${id}`;
  await redis
    .multi()
    .hset(pendingKey(prefix), place, text)
    .pexpire(pendingKey(prefix), 86_400_000)
    .publish(channelOf(prefix), JSON.stringify([place, text]))
    .exec();
}

/** Takes the note away once the job has ended. */
export const forgetToStop = (redis: Redis, prefix: string, queue: string, id: string): Promise<number> =>
  redis.hdel(pendingKey(prefix), `${queue}/${id}`);

export interface CancellationWatch {
  close(): void;
}

export interface WatchOptions {
  redis: Redis;
  prefix: string;
  /** Whether anything runs here: nothing is asked while nothing does. */
  isBusy: () => boolean;
  onCancel: (queue: string, id: string, cancellation: Cancellation) => void;
}

/** Hears of cancelled jobs over pub/sub, and asks twice a second in case a message was lost. */
export function watchCancellations({ redis, prefix, isBusy, onCancel }: WatchOptions): CancellationWatch {
  const tell = (place: string, text: string) => {
    const slash = place.indexOf("/");
    onCancel(place.slice(0, slash), place.slice(slash + 1), cancellation.parse(JSON.parse(text)));
  };
  const subscriber = redis.duplicate();
  subscriber.on("error", () => {}); // the connection that it is made like reports outages
  subscriber.on("message", (_channel, message: string) => tell(...(JSON.parse(message) as [string, string])));
  subscriber.subscribe(channelOf(prefix)).catch(() => {}); // asking finds what is not heard
  const ask = async () => {
    if (!isBusy() || redis.status !== "ready") return;
    const pending = await redis.hgetall(pendingKey(prefix)).catch(() => ({}));
    for (const [place, text] of Object.entries(pending)) tell(place, text);
  };
  const timer = setInterval(ask, askEveryMs).unref();
  return {
    close() {
      clearInterval(timer);
      subscriber.disconnect();
    },
  };
}
