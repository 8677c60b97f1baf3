/** While no more jobs wait than this, they are taken first come, first served. */
export const shortQueue = 50;
/** BullMQ knows 2²¹ priorities, the smallest first: one half for the line of normal jobs, the other for low ones. */
export const linePlaces = 1 << 20;

/**
 * Gives jobs of a domain places in the line of a queue. Its first job goes to where the line is now, each further one a
 * place behind the last of its domain: so jobs of domains with a place in common take turns, however many one of them
 * has (start-time fair queueing, Goyal et al. 1996). The line begins again whenever it has become empty. For scripts: a
 * line is opened, places are taken, and it is closed.
 */
export const lineFunctions = `
local unit = 4294967296
local function openLine(prioritized, key, first, last)
  local head = redis.call("ZRANGEBYSCORE", prioritized, first * unit, (last + 1) * unit - 1, "WITHSCORES", "LIMIT", 0, 1)
  if not head[1] then redis.call("DEL", key) end
  return { key = key, last = last, isEmpty = not head[1], now = head[1] and math.floor(tonumber(head[2]) / unit) or first, taken = {} }
end
local function takePlace(line, who)
  local before = line.taken[who] or tonumber(redis.call("HGET", line.key, who) or 0)
  local place = math.min(math.max(line.now, before + 1), line.last)
  line.taken[who] = place
  line.isEmpty = false
  return place
end
local function closeLine(line)
  for who, place in pairs(line.taken) do redis.call("HSET", line.key, who, place) end
  if next(line.taken) then redis.call("PEXPIRE", line.key, 86400000) end
end
`;
