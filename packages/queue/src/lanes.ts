import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** Whether it is a job's turn: now; later, with so many before it; or never again, since it is `done`, or has failed with an error. */
type Turn = { readonly turn: "now" } | { readonly turn: "later"; readonly ahead: number } | { readonly turn: "over"; readonly mark: string };

/** What a job is marked with that has done its work. */
export const doneMark = "done";
/** In the hash of a job that has had its turn: what came of it. */
export const laneField = "caretakerLane";

/**
 * Lines of jobs of which one runs at a time, in the order in which they joined. A lane is a sorted set of job ids in the queue's
 * Redis; a job is first once all before it have left, have ended, or are gone. Scores are Redis' time, µs, each greater than the last.
 */
export interface Lanes {
  /** Puts jobs at the ends of their lanes, in this order; to be done before they are added to the queue. */
  join(jobs: readonly { readonly lane: string; readonly id: string }[]): Promise<void>;
  /** Asks for a job's turn; one that is in no lane joins. */
  enter(lane: string, id: string): Promise<Turn>;
  /** Marks a job with what came of it and wakes the next one; to be done again by who finds itself marked, since its worker may have died in between. */
  leave(lane: string, id: string, mark: string): Promise<void>;
  /** Lets a job go that was put aside while its turn came. */
  wakeIfFirst(lane: string, id: string): Promise<void>;
}

const joining = `
local function join(lane, id, ttl)
  if redis.call("ZSCORE", lane, id) then return end
  local time, last = redis.call("TIME"), redis.call("ZRANGE", lane, -1, -1, "WITHSCORES")
  local score = math.max(time[1] * 1000000 + time[2], (tonumber(last[2]) or 0) + 1)
  redis.call("ZADD", lane, string.format("%.0f", score), id)
  redis.call("PEXPIRE", lane, ttl)
end
`;

const scripts = {
  /** KEYS: lane. ARGV: id, ttl ms. */
  caretakerLaneJoin: `${joining} join(KEYS[1], ARGV[1], ARGV[2])`,
  /** KEYS: lane, job. ARGV: id, ttl ms, what keys of jobs begin with, field of the mark, µs that a job may take to be added. */
  caretakerLaneEnter: `${joining}
local mark = redis.call("HGET", KEYS[2], ARGV[4])
if mark then return { -1, mark } end
join(KEYS[1], ARGV[1], ARGV[2])
local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]
while true do
  local first = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")
  if first[1] == ARGV[1] then return { 0 } end
  local facts = redis.call("HMGET", ARGV[3] .. first[1], "timestamp", "finishedOn", ARGV[4])
  local isOpen = facts[1] and not facts[2] and not facts[3]
  local isNew = not facts[1] and now - tonumber(first[2]) < tonumber(ARGV[5])
  if isOpen or isNew then return { redis.call("ZRANK", KEYS[1], ARGV[1]) } end
  redis.call("ZREM", KEYS[1], first[1])
end`,
  /** KEYS: lane, job. ARGV: id, field of the mark, mark. Answers with who is first then. */
  caretakerLaneLeave: `
redis.call("ZREM", KEYS[1], ARGV[1])
if redis.call("EXISTS", KEYS[2]) == 1 then redis.call("HSET", KEYS[2], ARGV[2], ARGV[3]) end
return redis.call("ZRANGE", KEYS[1], 0, 0)[1] or false`,
};

interface Scripts {
  caretakerLaneJoin(keys: 1, lane: string, id: string, ttlMs: number): Promise<unknown>;
  caretakerLaneEnter(keys: 2, lane: string, job: string, ...facts: (string | number)[]): Promise<[number, string?]>;
  caretakerLaneLeave(keys: 2, lane: string, job: string, ...facts: string[]): Promise<string | null>;
}

/** A lane that nothing happens to is forgotten; jobs of it that are taken up later join again. */
const keepMs = 7 * 86_400_000;
/** So long after it joined, a job that is not there won't come any more. */
const addedWithinUs = 10_000_000;

/** The lanes of a queue. */
export function createLanes(queue: Queue, connection: Redis): Lanes {
  for (const [name, lua] of Object.entries(scripts)) connection.defineCommand(name, { lua });
  const redis = connection as Redis & Scripts;
  const keyOf = (lane: string) => queue.toKey(`lane:${lane}`);
  const wake = (id: string) => queue.backend.promote(id).catch(unlessAwake);
  return {
    async join(jobs) {
      await Promise.all(jobs.map(({ lane, id }) => redis.caretakerLaneJoin(1, keyOf(lane), id, keepMs)));
    },
    async enter(lane, id) {
      const [ahead, mark] = await redis.caretakerLaneEnter(2, keyOf(lane), queue.toKey(id), id, keepMs, queue.toKey(""), laneField, addedWithinUs);
      if (mark !== undefined) return { turn: "over", mark };
      return ahead === 0 ? { turn: "now" } : { turn: "later", ahead };
    },
    async leave(lane, id, mark) {
      const next = await redis.caretakerLaneLeave(2, keyOf(lane), queue.toKey(id), id, laneField, mark);
      if (next) await wake(next);
    },
    async wakeIfFirst(lane, id) {
      const [first] = await connection.zrange(keyOf(lane), 0, 0);
      if (first === id) await wake(id);
    },
  };
}

/** It waits or runs already, or is gone. */
function unlessAwake(error: unknown): void {
  if (!(error instanceof Error && "code" in error && (error.code === -1 || error.code === -3))) throw error;
}
