/** In the hash of a job that has had its turn: what came of it. */
export const laneField = "caretakerLane";
/** In the hash of a job that was put aside until its turn comes, from then on until it has come. */
const asideField = "caretakerAside";

/** A lane that nothing happens to is forgotten; jobs of it that are taken up later join again. */
const keepMs = 7 * 86_400_000;
/** So long after it joined, a job that is not there won't come any more. */
const addedWithinUs = 10_000_000;

const joining = `
local function join(lane, id)
  if redis.call("ZSCORE", lane, id) then return end
  local time, last = redis.call("TIME"), redis.call("ZRANGE", lane, -1, -1, "WITHSCORES")
  local score = math.max(time[1] * 1000000 + time[2], (tonumber(last[2]) or 0) + 1)
  redis.call("ZADD", lane, string.format("%.0f", score), id)
  redis.call("PEXPIRE", lane, ${keepMs})
end
`;

/** The job at an end of a lane, 0 or -1, once those are out that have ended, are marked or are gone; and whether it sleeps until its turn. */
const clearing = `
local function at(lane, index, jobs)
  local time = redis.call("TIME")
  while true do
    local id, joined = unpack(redis.call("ZRANGE", lane, index, index, "WITHSCORES"))
    if not id then return nil, false end
    local added, ended, mark, aside = unpack(redis.call("HMGET", jobs .. id, "timestamp", "finishedOn", "${laneField}", "${asideField}"))
    local isNew = time[1] * 1000000 + time[2] - tonumber(joined) < ${addedWithinUs}
    if (added and not ended and not mark) or (not added and isNew) then return id, aside and redis.call("ZSCORE", jobs .. "delayed", id) end
    redis.call("ZREM", lane, id)
  end
end
`;

/** All have KEYS lane, job, and ARGV id, what the keys of jobs begin with. */
export const laneScripts = {
  /** One that has ended stays out: a message may be published again when it has been handled. */
  caretakerLaneJoin: `${joining}
local ended, mark = unpack(redis.call("HMGET", KEYS[2], "finishedOn", "${laneField}"))
if not ended and not mark then join(KEYS[1], ARGV[1]) end`,
  /** Answers with the turn, and then: the mark; or how many are before it, 1 if it is the last, and who is first if that sleeps. */
  caretakerLaneEnter: `${joining}${clearing}
local mark = redis.call("HGET", KEYS[2], "${laneField}")
if mark then return { "over", mark } end
join(KEYS[1], ARGV[1])
local first, sleeps = at(KEYS[1], 0, ARGV[2])
if first == ARGV[1] then
  redis.call("HDEL", KEYS[2], "${asideField}")
  return { "now" }
end
if redis.call("EXISTS", KEYS[2]) == 1 then redis.call("HSET", KEYS[2], "${asideField}", 1) end
local last = at(KEYS[1], -1, ARGV[2])
return { "later", redis.call("ZRANK", KEYS[1], ARGV[1]) or 0, last == ARGV[1] and 1 or 0, sleeps and first }`,
  /** ARGV[3]: the mark. Answers with who is first then, if that sleeps. */
  caretakerLaneLeave: `${clearing}
redis.call("ZREM", KEYS[1], ARGV[1])
if redis.call("EXISTS", KEYS[2]) == 1 then redis.call("HSET", KEYS[2], "${laneField}", ARGV[3]) end
local first, sleeps = at(KEYS[1], 0, ARGV[2])
return sleeps and first`,
};
