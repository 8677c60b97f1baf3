import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";

/** Whether a request may pass, and how its caller stands in this window. */
export interface Grant {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RateLimiterOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Requests that a caller may make in a window, to all processes together. */
  readonly limit: number;
  readonly windowMs: number;
  readonly clock?: () => number;
}

/** Counts requests of callers. */
export interface RateLimiter {
  /** Takes one request of a caller's; resolves at once unless Redis has to be asked. */
  take(caller: string): Grant | Promise<Grant>;
}

/** What this process may still grant a caller until the window ends. */
interface Share {
  endsAt: number;
  left: number;
  /** Of the limit, what no process has taken yet, as far as is known. */
  untaken: number;
  spent: boolean;
  leasing: Promise<void> | undefined;
}

const redisWithinMs = 100;
const mostCallers = 10_000;

/** Takes a block of a window's requests; the window begins with the first block and ends by the clock of Redis. */
const script = `
local taken = redis.call("INCRBY", KEYS[1], ARGV[1])
local left = redis.call("PTTL", KEYS[1])
if left < 0 then
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return { taken, left }`;

/**
 * Counts requests in windows that all processes share. A process takes requests from Redis by the block, a fiftieth of the
 * limit, and grants these without asking: never more than the limit in all. While Redis does not answer, each process
 * keeps to the limit by itself.
 */
export function createRateLimiter({ redis, prefix, limit, windowMs, clock = Date.now }: RateLimiterOptions): RateLimiter {
  const shares = new LRUCache<string, Share>({ max: mostCallers });
  const block = Math.max(1, Math.floor(limit / 50));

  async function lease(caller: string, share: Share): Promise<void> {
    try {
      const [taken, leftMs] = await inTime(redis.eval(script, 1, `${prefix}:rate:${caller}`, block, windowMs) as Promise<[number, number]>);
      share.left = Math.min(block, Math.max(0, limit - (taken - block)));
      share.untaken = Math.max(0, limit - taken);
      share.endsAt = clock() + leftMs;
    } catch {
      share.left = share.untaken;
      share.untaken = 0;
    }
    share.spent = share.left === 0;
    share.leasing = undefined;
  }

  function grantOf(share: Share): Grant {
    const allowed = share.left > 0;
    if (allowed) share.left -= 1;
    return { allowed, limit, remaining: share.left + share.untaken, resetSeconds: Math.max(1, Math.ceil((share.endsAt - clock()) / 1_000)) };
  }

  function shareOf(caller: string): Share {
    const known = shares.get(caller);
    if (known && clock() < known.endsAt) return known;
    const share: Share = { endsAt: clock() + windowMs, left: 0, untaken: limit, spent: false, leasing: undefined };
    shares.set(caller, share);
    return share;
  }

  async function takeFromRedis(caller: string, share: Share): Promise<Grant> {
    while (share.left === 0 && !share.spent) {
      share.leasing ??= lease(caller, share);
      await share.leasing;
    }
    return grantOf(share);
  }

  return {
    take(caller) {
      const share = shareOf(caller);
      return share.left > 0 || share.spent ? grantOf(share) : takeFromRedis(caller, share);
    },
  };
}

/** A promise's value, or an error if that takes too long. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), redisWithinMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
