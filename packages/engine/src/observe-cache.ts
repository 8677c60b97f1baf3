import type { Cache } from "@caretaker/cache";
import { currentRequest } from "@caretaker/queue";
import { createLineLimit, type Logger, type Telemetry, tellChanges } from "@caretaker/service";
import type { LoadContext } from "./domain.ts";

const slowLoadMs = 1_000;
/** Lines a second of each kind, in a process that reads thousands of values a second. */
const linesPerSecond = 1;

/** Turns a cache's events, and what it holds, into metrics and log lines. */
export function observeCache(cache: Cache<LoadContext>, log: Logger, telemetry: Telemetry): void {
  countEvents(cache, telemetry.cache);
  logReads(cache, log);
  logState(cache, log);
  telemetry.beforeScrape(() => measure(cache, telemetry.cache));
}

function countEvents({ events }: Cache<LoadContext>, metrics: Telemetry["cache"]): void {
  events.on("hit", ({ entry, tier, values, bytes }) => {
    metrics.hits.inc({ entry, tier }, values);
    if (bytes) metrics.readBytes.inc({ entry, tier }, bytes);
  });
  events.on("miss", ({ entry, tier, values }) => metrics.misses.inc({ entry, tier }, values));
  events.on("absent", ({ entry }) => metrics.absent.inc({ entry }));
  events.on("stale", ({ entry, tier }) => metrics.stale.inc({ entry, tier }));
  events.on("load", ({ entry, values, ms }) => {
    metrics.loads.inc({ entry, tier: "source" }, values);
    metrics.loadDuration.observe({ entry }, ms / 1_000);
  });
  events.on("write", ({ entry, tier, values, bytes }) => {
    metrics.writes.inc({ entry, tier }, values);
    metrics.writtenBytes.inc({ entry, tier }, bytes);
  });
  events.on("failure", ({ entry, tier }) => metrics.errors.inc({ entry, tier }));
  events.on("breaker", ({ open }) => open && metrics.outages.inc({ of: "reads" }));
  events.on("bus", ({ listening }) => listening || metrics.outages.inc({ of: "invalidations" }));
}

function logReads({ events }: Cache<LoadContext>, log: Logger): void {
  const [misses, loads, failures] = [createLineLimit(linesPerSecond), createLineLimit(linesPerSecond), createLineLimit(linesPerSecond)];
  if (log.isLevelEnabled("debug")) events.on("hit", (hit) => log.debug(hit, "cache hit"));
  events.on("miss", ({ entry, tier, values }) => misses((leftOut) => log.info({ entry, tier, values, leftOut }, "cache miss")));
  events.on("load", ({ entry, values, ms }) => {
    if (ms > slowLoadMs) log.warn({ entry, values, ms, requestId: currentRequest() }, "slow load");
    else loads((leftOut) => log.info({ entry, values, ms, leftOut }, "cache refreshed"));
  });
  events.on("failure", ({ entry, tier, error }) => failures((leftOut) => log.error({ err: error, entry, tier, leftOut }, "cache operation failed")));
}

/** Each state is told once, however often it changes meanwhile. */
function logState({ events }: Cache<LoadContext>, log: Logger): void {
  const tellBus = tellChanges<boolean>((heard) => log[heard ? "info" : "warn"](`invalidations by other processes are ${heard ? "" : "not "}heard`));
  const tellBreaker = tellChanges<boolean>((open) =>
    log[open ? "warn" : "info"](open ? "the cache's Redis does not answer: reads leave it out" : "the cache's Redis answers: reads ask it again"),
  );
  events.on("bus", ({ listening }) => tellBus(listening));
  events.on("breaker", ({ open }) => tellBreaker(open));
}

/** With Redis away its keys and memory keep their last values. */
async function measure(cache: Cache<LoadContext>, metrics: Telemetry["cache"]): Promise<void> {
  const { memory, redis } = await cache.usage();
  metrics.memoryValues.reset();
  metrics.memoryBytes.reset();
  for (const [entry, { values, bytes }] of Object.entries(memory)) {
    metrics.memoryValues.set({ entry }, values);
    metrics.memoryBytes.set({ entry }, bytes);
  }
  const states = { connected: redis.state === "ready", asked: redis.asked, listening: redis.listening };
  for (const [state, is] of Object.entries(states)) metrics.redisState.set({ state }, is ? 1 : 0);
  if (redis.keys !== undefined) metrics.redisKeys.set(redis.keys);
  if (redis.bytes !== undefined) metrics.redisBytes.set(redis.bytes);
}
