import { lineFunctions, linePlaces, shortQueue } from "./line-script.ts";

/** The keys of a queue that the script takes, in this order. */
export const addKeys = "wait prioritized delayed active completed failed waiting-children meta id pc events marker line-normal line-low".split(" ");

/**
 * Does for many jobs at once what BullMQ's scripts do for one: adds them, unless there is one with the same id, or one that waits and
 * is equal. What all jobs have in common is done once. A job's options leave out what its hash tells anyway, so that small jobs are
 * stored in two thirds of the bytes. A test compares what is stored with what BullMQ stores.
 *
 * ARGV are what the keys of jobs begin with, the time now, ms, and for each job: name, id, whether that is the caller's own choice
 * (1 or nothing), data and options as JSON, deduplication id, priority, delay, ms. Answers with the state of each, or with the id
 * and the state of the one that stands for it.
 */
export const addScript = `
local wait, prioritized, delayed, active, completed, failed, parents, meta, counter, order, events, marker, normalLine, lowLine = unpack(KEYS)
local prefix, now, call = ARGV[1], ARGV[2], redis.call
local count = (#ARGV - 2) / 8
call("INCRBY", counter, count) -- the first to write: Redis refuses it, and so all, if it is full
${lineFunctions}
local function tell(event, id, ...)
  call("XADD", events, "*", "event", event, "jobId", id, ...)
end

local function stateOf(id)
  for state, key in pairs({ completed = completed, failed = failed, delayed = delayed, prioritized = prioritized, ["waiting-children"] = parents }) do
    if call("ZSCORE", key, id) then return state end
  end
  return call("LPOS", active, id) and "active" or "waiting"
end

-- the job that stands for an equal one, unless it is gone without having taken its mark away
local function equalTo(id, deduplication)
  local key = prefix .. "de:" .. deduplication
  if call("SET", key, id, "NX") then return nil end
  local other = call("GET", key)
  if call("PTTL", key) == -1 and call("EXISTS", prefix .. other) == 0 then
    call("DEL", prefix .. "dn:" .. deduplication)
    call("SET", key, id)
    return nil
  end
  tell("deduplicated", other, "deduplicationId", deduplication, "deduplicatedJobId", id)
  return other
end

local function sameAs(id, chosen, deduplication)
  if chosen ~= "" and call("EXISTS", prefix .. id) == 1 then
    tell("duplicated", id)
    return id
  end
  return deduplication ~= "" and equalTo(id, deduplication)
end

local normal, low
local function placeOf(name, priority, isDelayed)
  if priority == "high" or (priority == "normal" and isDelayed) then return 0 end
  local domain = string.match(name, "^[^.]*")
  if priority == "low" then
    low = low or openLine(prioritized, lowLine, ${linePlaces}, ${2 * linePlaces - 2})
    return takePlace(low, domain)
  end
  normal = normal or openLine(prioritized, normalLine, 1, ${linePlaces - 1})
  if normal.isEmpty and call("LLEN", wait) < ${shortQueue} then return 0 end
  return takePlace(normal, domain)
end

local function addDelayed(id, ms)
  local at = now + ms
  local first, last = at * 4096, at * 4096 + 4095
  local before = tonumber(call("ZREVRANGEBYSCORE", delayed, last, first, "WITHSCORES", "LIMIT", 0, 1)[2])
  call("ZADD", delayed, before and math.min(before + 1, last) or first, id)
  tell("delayed", id, "delay", at)
  return "delayed"
end

local inLine, number = {}, nil
local function addReady(id, place, priority)
  tell("waiting", id)
  if place == 0 then
    call(priority == "high" and "RPUSH" or "LPUSH", wait, id)
    return "waiting"
  end
  number = (number or call("INCRBY", order, count) - count) + 1
  inLine[#inLine + 1] = place * unit + number % unit
  inLine[#inLine + 1] = id
  return "prioritized"
end

local answers, isReady, isDelayed = {}, false, false
for at = 3, #ARGV, 8 do
  local name, id, chosen, data, options, deduplication, priority, ms = unpack(ARGV, at, at + 7)
  local other = sameAs(id, chosen, deduplication)
  if other then
    answers[#answers + 1] = { other, stateOf(other) }
  else
    local later = ms ~= "0"
    local place = placeOf(name, priority, later)
    local more = deduplication ~= "" and { "deid", deduplication } or {}
    call("HSET", prefix .. id, "name", name, "data", data, "opts", options, "timestamp", now, "delay", ms, "priority", place, unpack(more))
    tell("added", id, "name", name)
    answers[#answers + 1] = later and addDelayed(id, ms) or addReady(id, place, priority)
    isReady, isDelayed = isReady or not later, isDelayed or later
  end
end

if inLine[1] then call("ZADD", prioritized, unpack(inLine)) end
if normal then closeLine(normal) end
if low then closeLine(low) end
local paused, most, mostEvents = unpack(call("HMGET", meta, "paused", "concurrency", "opts.maxLenEvents"))
if not mostEvents then call("HSET", meta, "opts.maxLenEvents", 10000) end
call("XTRIM", events, "MAXLEN", "~", mostEvents or 10000)
if isReady and not paused and not (most and call("LLEN", active) >= tonumber(most)) then call("ZADD", marker, 0, "0") end
if isDelayed then call("ZADD", marker, call("ZRANGE", delayed, 0, 0, "WITHSCORES")[2] / 4096, "1") end
return answers`;
