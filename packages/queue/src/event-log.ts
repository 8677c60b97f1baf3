import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { isLater, type StreamId } from "./stream-id.ts";

/** Something that BullMQ wrote of a job; `data` is that of a progress. */
export interface LogEntry {
  readonly id: StreamId;
  readonly event: string;
  readonly data?: unknown;
}

type RawEntry = [id: StreamId, fields: string[]];

const entriesAtOnce = 1_000;

/** The id of the last thing that happened in a queue. */
export async function lastId(redis: Redis, queue: Queue): Promise<StreamId> {
  const [last] = (await redis.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1)) as RawEntry[];
  return last?.[0] ?? "0-0";
}

/** What happened to a job after one event and up to another; `undefined` if BullMQ has thrown away some of it (it keeps about 10,000). */
export async function entriesBetween(redis: Redis, queue: Queue, jobId: string, after: StreamId, until: StreamId): Promise<LogEntry[] | undefined> {
  const key = queue.toKey("events");
  const [first] = (await redis.xrange(key, "-", "+", "COUNT", 1)) as RawEntry[];
  if (!first || isLater(first[0], after)) return undefined;
  const found: LogEntry[] = [];
  for (let from = after; ; ) {
    const page = (await redis.xrange(key, `(${from}`, until, "COUNT", entriesAtOnce)) as RawEntry[];
    found.push(...page.flatMap((entry) => entryOf(entry, jobId)));
    const last = page.at(-1);
    if (!last || page.length < entriesAtOnce) return found;
    from = last[0];
  }
}

function entryOf([id, fields]: RawEntry, jobId: string): LogEntry[] {
  const { jobId: of, event = "", data } = Object.fromEntries(pairs(fields));
  if (of !== jobId) return [];
  return [{ id, event, ...(event === "progress" && data ? { data: JSON.parse(data) } : {}) }];
}

function* pairs(flat: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index + 1 < flat.length; index += 2) yield [String(flat[index]), String(flat[index + 1])];
}
