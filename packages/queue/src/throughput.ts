import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

const writeEveryMs = 1_000;
/** A week, at one count a minute. */
const mostMinutes = 60 * 24 * 7;

/** What BullMQ's `collectMetrics` does after each job, for many at once: done for each, it takes a twelfth of Redis' time. */
const script = `
local count, now, most = redis.call("HINCRBY", KEYS[1], "count", ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local before = redis.call("HMGET", KEYS[1], "prevTS", "prevCount")
if not before[1] then
  redis.call("HSET", KEYS[1], "prevTS", now, "prevCount", 0)
  return
end
local minutes = math.min(math.floor(now / 60000) - math.floor(before[1] / 60000), most)
if minutes <= 0 then return end
local ended = count - ARGV[1]
redis.call("LPUSH", KEYS[2], ended - before[2])
for _ = 2, minutes do redis.call("LPUSH", KEYS[2], 0) end
redis.call("LTRIM", KEYS[2], 0, most - 1)
redis.call("HSET", KEYS[1], "prevTS", now, "prevCount", ended)`;

type Outcome = "completed" | "failed";

/** Jobs that have ended, counted by minute where BullMQ keeps its metrics. */
export interface Throughput {
  count(outcome: Outcome): void;
  /** Writes what has been counted since the last time. */
  write(): Promise<void>;
  close(): void;
}

interface Options {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly onError: (error: Error) => void;
  readonly clock?: () => number;
}

/** Counts jobs here and writes once a second; a worker that is killed takes the counts of its last second with it. */
export function countThroughput({ redis, queue, onError, clock = Date.now }: Options): Throughput {
  const counts = new Map<Outcome, number>();
  const write = async () => {
    if (counts.size === 0 || redis.status !== "ready") return;
    const ended = [...counts];
    counts.clear();
    await Promise.all(
      ended.map(([outcome, many]) => {
        const key = queue.toKey(`metrics:${outcome}`);
        return redis.eval(script, 2, key, `${key}:data`, many, clock(), mostMinutes);
      }),
    ).catch(onError);
  };
  const timer = setInterval(write, writeEveryMs).unref();
  return {
    count: (outcome) => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1),
    write,
    close: () => clearInterval(timer),
  };
}
