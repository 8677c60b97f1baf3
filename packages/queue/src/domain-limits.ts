import { DelayedError, Job, type Queue } from "bullmq";
import type { Redis } from "ioredis";

/** How many jobs of a domain run at once in a queue, in all workers together, by `<domain>/<queue>`. */
export type DomainLimits = ReadonlyMap<string, number>;

type Process = (job: Job, token?: string) => Promise<unknown>;

/** A job that has no place looks again by itself, in case nobody told it of one: the more of them, the later. */
const lookAgainMs = 2_000;
const lookAgainMoreMs = 20;
const lookAgainLatestMs = 60_000;

/**
 * Gives a job one of its domain's places, or puts it into the line for one and says how long that is. Who has a place but no
 * lock any more has lost its worker, and its place.
 */
const takeScript = `
local places, line, id, most = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local taken = redis.call("SCARD", places)
if taken >= most and redis.call("SISMEMBER", places, id) == 0 then
  for _, other in ipairs(redis.call("SMEMBERS", places)) do
    if redis.call("EXISTS", ARGV[3] .. other .. ":lock") == 0 then taken = taken - redis.call("SREM", places, other) end
  end
  if taken >= most then
    redis.call("ZADD", line, ARGV[4], id)
    redis.call("PEXPIRE", line, 86400000)
    return redis.call("ZCARD", line)
  end
end
redis.call("SADD", places, id)
redis.call("PEXPIRE", places, 86400000)
redis.call("ZREM", line, id)
return 0`;

/** Gives a place back; answers with the oldest of those that wait for one. */
const leaveScript = `
redis.call("SREM", KEYS[1], ARGV[1])
return redis.call("ZPOPMIN", KEYS[2])[1] or ""`;

interface Options {
  readonly redis: Redis;
  readonly queue: Queue;
  /** By domain. */
  readonly limits: ReadonlyMap<string, number>;
}

/** Has `process` wait its domain's turn: a job of a domain whose places are taken is delayed, with no attempt burnt, until one is free. */
export function limitDomains(process: Process, { redis, queue, limits }: Options): Process {
  if (limits.size === 0) return process;
  const keysOf = (domain: string) => [queue.toKey(`places-${domain}`), queue.toKey(`places-line-${domain}`)] as const;
  return async (job, token) => {
    const [domain = ""] = job.name.split(".", 1);
    const most = limits.get(domain);
    if (most === undefined) return process(job, token);
    const keys = keysOf(domain);
    const inLine = Number(await redis.eval(takeScript, 2, ...keys, String(job.id), most, queue.toKey(""), job.timestamp));
    if (inLine > 0) await waitForPlace(job, token, inLine);
    try {
      return await process(job, token);
    } finally {
      await leave(keys, job).catch(() => {}); // with Redis away: the place is free once the job's lock is
    }
  };

  async function leave(keys: readonly [string, string], job: Job): Promise<void> {
    for (let next = await pop(); next; next = await pop()) {
      const waiting = await Job.fromId(queue, next);
      const told = await waiting?.promote().then(
        () => true,
        () => false, // it has been cancelled, or looks by itself just now
      );
      if (told) return;
    }
    async function pop() {
      return String(await redis.eval(leaveScript, 2, ...keys, String(job.id)));
    }
  }
}

async function waitForPlace(job: Job, token: string | undefined, inLine: number): Promise<never> {
  await job.moveToDelayed(Date.now() + Math.min(lookAgainMs + inLine * lookAgainMoreMs, lookAgainLatestMs), token);
  throw new DelayedError();
}

/** The limits of one queue, by domain. */
export const limitsOf = (limits: DomainLimits, queue: string): ReadonlyMap<string, number> =>
  new Map([...limits].flatMap(([place, most]) => (place.endsWith(`/${queue}`) ? [[place.slice(0, -queue.length - 1), most] as const] : [])));
