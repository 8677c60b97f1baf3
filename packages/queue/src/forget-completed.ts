import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** What Redis keeps of a queue's completed jobs. */
const kept = { jobs: 2_000, ms: 86_400_000 };
const jobsPerSweep = 500;
const jobsAtOnce = 500;

/**
 * Forgets the oldest completed jobs, so many at once. BullMQ's own way asks for the parent of each and deletes its keys one job
 * after the other, which costs Redis an eighth of a small job; a job that has completed has left its parent already.
 */
const script = `
local completed, prefix, cutoff, most, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local ids
local excess = redis.call("ZCARD", completed) - most
if excess > 0 then
  ids = redis.call("ZRANGE", completed, 0, math.min(excess, limit) - 1)
else
  ids = redis.call("ZRANGE", completed, "-inf", cutoff, "BYSCORE", "LIMIT", 0, limit)
end
if #ids == 0 then return 0 end
local keys, parts = {}, { "", ":logs", ":dependencies", ":processed", ":failed", ":unsuccessful" }
for _, id in ipairs(ids) do
  for _, part in ipairs(parts) do keys[#keys + 1] = prefix .. id .. part end
end
redis.call("UNLINK", unpack(keys))
redis.call("ZREMRANGEBYRANK", completed, 0, #ids - 1)
return #ids`;

interface Options {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly onError: (error: Error) => void;
  readonly clock?: () => number;
}

/** To be called for each job that completes: now and then, from the first one on, those that are too many or too old are forgotten. */
export function forgetCompleted({ redis, queue, onError, clock = Date.now }: Options): () => void {
  let completed = 0;
  const sweep = async () => {
    const cutoff = clock() - kept.ms;
    for (let forgotten = jobsAtOnce; forgotten === jobsAtOnce; ) {
      forgotten = Number(await redis.eval(script, 1, queue.toKey("completed"), queue.toKey(""), cutoff, kept.jobs, jobsAtOnce));
    }
  };
  return () => {
    if (completed % jobsPerSweep === 0) sweep().catch(onError);
    completed += 1;
  };
}
