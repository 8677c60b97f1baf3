import type { Queue } from "bullmq";

export type Priority = "high" | "normal" | "low";

/** How BullMQ is told where a job goes: without anything, to the end of the queue; with `lifo`, before all that waits. */
export interface Place {
  readonly priority?: number;
  readonly lifo?: true;
}

/** While no more jobs wait than this, they are taken first come, first served. */
const shortQueue = 50;
/** BullMQ knows 2²¹ priorities, the smallest first: one half for the line of normal jobs, the other for low ones. */
const linePlaces = 1 << 20;
/** Messages that are not urgent are always in the line, the first place of which is for those of high priority. */
export const highMessages = 1;
export const normalMessages = 2;

/**
 * Gives jobs of a domain places in the line of a queue. Its first job goes to where the line is now, each further one a
 * place behind the last of its domain: so jobs of domains with a place in common take turns, however many one of them
 * has (start-time fair queueing, Goyal et al. 1996). The line begins again whenever it has become empty.
 */
const script = `
local first, last, count = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local unit = 4294967296
local head = redis.call("ZRANGEBYSCORE", KEYS[2], first * unit, (last + 1) * unit - 1, "WITHSCORES", "LIMIT", 0, 1)
if not head[1] then
  redis.call("DEL", KEYS[3])
  if first == 1 and redis.call("LLEN", KEYS[1]) < tonumber(ARGV[5]) then return 0 end
end
local now = head[1] and math.floor(tonumber(head[2]) / unit) or first
local own = math.min(math.max(now, tonumber(redis.call("HGET", KEYS[3], ARGV[1]) or 0) + 1), last)
redis.call("HSET", KEYS[3], ARGV[1], math.min(own + count - 1, last))
redis.call("PEXPIRE", KEYS[3], 86400000)
return own`;

/** The places of `count` jobs of one name; in a short queue, and for `high`, these are no places in the line. */
export async function placesInLine(
  queue: Queue,
  jobName: string,
  { priority = "normal", count }: { priority?: Priority; count: number },
): Promise<Place[]> {
  if (priority === "high") return Array.from({ length: count }, () => ({ lifo: true }));
  const first = priority === "normal" ? 1 : linePlaces;
  const domain = jobName.slice(0, jobName.indexOf("."));
  return takePlaces(queue, { line: `line-${priority}`, who: domain, first, last: first + linePlaces - 2, count });
}

/** The places of `count` messages to one subscription: subscriptions take turns, and the places before theirs are left to messages that are urgent or high. */
export const placesOfMessages = (queue: Queue, subscription: string, count: number): Promise<Place[]> =>
  takePlaces(queue, { line: "line-normal", who: subscription, first: normalMessages, last: linePlaces - 1, count });

interface Request {
  readonly line: string;
  readonly who: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

async function takePlaces(queue: Queue, { line, who, first, last, count }: Request): Promise<Place[]> {
  const keys = [queue.toKey("wait"), queue.toKey("prioritized"), queue.toKey(line)];
  const place = await evaluate(queue, keys, [who, first, last, count, shortQueue]);
  return Array.from({ length: count }, (_, index) => (place > 0 ? { priority: Math.min(place + index, last) } : {}));
}

/** BullMQ's client is the ioredis connection that the queue was made with, behind an interface without `eval`. */
async function evaluate(queue: Queue, keys: string[], facts: (string | number)[]): Promise<number> {
  const client = (await queue.backend.client) as unknown as { eval(script: string, keys: number, ...rest: (string | number)[]): Promise<number> };
  return client.eval(script, keys.length, ...keys, ...facts);
}
