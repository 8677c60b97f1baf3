import type { Queue } from "bullmq";
import { lineFunctions, linePlaces, shortQueue } from "./line-script.ts";

/** How BullMQ is told where a job goes: without anything, to the end of the queue. */
export interface Place {
  readonly priority?: number;
}

/** Messages that are not urgent are always in the line, the first place of which is for those of high priority. */
export const highMessages = 1;
export const normalMessages = 2;

const script = `${lineFunctions}
local who, first, last, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local line = openLine(KEYS[2], KEYS[3], first, last)
if line.isEmpty and first == 1 and redis.call("LLEN", KEYS[1]) < ${shortQueue} then return 0 end
local place = takePlace(line, who)
line.taken[who] = math.min(place + count - 1, last)
closeLine(line)
return place`;

/** The places of `count` jobs of one name; in a short queue, these are no places in the line. */
export const placesInLine = (queue: Queue, jobName: string, count: number): Promise<Place[]> =>
  takePlaces(queue, { who: jobName.slice(0, jobName.indexOf(".")), first: 1, last: linePlaces - 1, count });

/** The places of `count` messages to one subscription: subscriptions take turns, and the places before theirs are left to messages that are urgent or high. */
export const placesOfMessages = (queue: Queue, subscription: string, count: number): Promise<Place[]> =>
  takePlaces(queue, { who: subscription, first: normalMessages, last: linePlaces - 1, count });

interface Request {
  readonly who: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

async function takePlaces(queue: Queue, { who, first, last, count }: Request): Promise<Place[]> {
  const keys = [queue.toKey("wait"), queue.toKey("prioritized"), queue.toKey("line-normal")];
  const place = await evaluate(queue, keys, [who, first, last, count]);
  return Array.from({ length: count }, (_, index) => (place > 0 ? { priority: Math.min(place + index, last) } : {}));
}

/** BullMQ's client is the ioredis connection that the queue was made with, behind an interface without `eval`. */
async function evaluate(queue: Queue, keys: string[], facts: (string | number)[]): Promise<number> {
  const client = (await queue.backend.client) as unknown as { eval(script: string, keys: number, ...rest: (string | number)[]): Promise<number> };
  return client.eval(script, keys.length, ...keys, ...facts);
}
