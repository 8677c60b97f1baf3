import { createLogger, createTelemetry } from "@caretaker/service";
import { startRedis } from "@caretaker/stack";
import { expect, test, vi } from "vitest";
import type { AnyEntry } from "../src/domain.ts";
import { observe } from "../src/observe.ts";
import { testEngine } from "./test-engine.ts";

/** An engine whose metrics and log lines can be read. */
async function observed(cacheRedisUrl: string) {
  const all = await testEngine({}, { cacheRedisUrl });
  const [telemetry, log] = [createTelemetry(), createLogger("test", "silent")];
  const told: string[] = [];
  for (const level of ["info", "warn", "error"] as const) log[level] = (...line: unknown[]) => void told.push(`${level}: ${line.at(-1)}`);
  observe(all.engine, log, telemetry);
  return { ...all, told, entry: all.engine.domains[0]?.entries[0] as AnyEntry, metrics: async () => (await telemetry.scrape()).text };
}

test("metrics tell what the cache has read, written and holds, and how its Redis is", async () => {
  await using redis = await startRedis({ appendOnly: false });
  await using all = await observed(redis.url);
  const { cache } = all.engine;
  await vi.waitUntil(async () => (await cache.usage()).redis.listening);
  await cache.warm(all.entry, [{ id: 1 }, { id: 2 }]);
  for (let times = 0; times < 3; times += 1) await cache.get(all.entry, { id: 12 });
  await cache.getMany(all.entry, [{ id: 1 }, { id: 2 }]);
  const metrics = await all.metrics();
  for (const line of [
    'cache_writes_total{entry="test.value",tier="l2"} 3',
    'cache_written_bytes_total{entry="test.value",tier="l2"} 4',
    'cache_read_bytes_total{entry="test.value",tier="l2"} 2',
    'cache_memory_values{entry="test.value"} 3',
    'cache_redis_state{state="connected"} 1',
    'cache_redis_state{state="asked"} 1',
    'cache_redis_state{state="listening"} 1',
  ]) {
    expect(metrics.split("\n")).toContain(line);
  }
  expect(metrics).toMatch(/cache_memory_bytes\{entry="test.value"\} [1-9]/);
  expect(metrics).toMatch(/cache_redis_keys [1-9]/);
  expect(metrics).toMatch(/cache_redis_memory_bytes [1-9]\d{5}/);
});

test("an outage of the cache's Redis is counted, and told once when it begins and once when it is over", async () => {
  await using redis = await startRedis({ appendOnly: false });
  await using all = await observed(redis.url);
  const { cache } = all.engine;
  await vi.waitUntil(async () => (await cache.usage()).redis.listening);
  await redis.kill("SIGKILL");
  let id = 0;
  const reads = async () => {
    for (let times = 0; times < 20; times += 1) await cache.get(all.entry, { id: id++ });
    return (await cache.usage()).redis;
  };
  await vi.waitUntil(async () => !(await reads()).asked);
  const metrics = await all.metrics();
  expect(metrics).toContain('cache_redis_state{state="asked"} 0');
  expect(metrics).toContain('cache_outages_total{of="reads"} 1');
  expect(metrics).toContain('cache_outages_total{of="invalidations"} 1');
  await redis.restart();
  await vi.waitUntil(async () => (await reads()).asked && (await cache.usage()).redis.listening, { timeout: 20_000 });
  const told = (words: string) => all.told.filter((line) => line.includes(words)).length;
  await vi.waitUntil(() => told("info: the cache's Redis answers: reads ask it again") === 1, { timeout: 5_000 });
  expect(told("warn: the cache's Redis does not answer: reads leave it out")).toBe(1);
  expect(told("warn: invalidations by other processes are not heard")).toBe(1);
  expect(told("cache operation failed")).toBeLessThan(20);
});

test("what waits in the outboxes, and the sizes of tables, are metrics", async () => {
  await using all = await observed("redis://127.0.0.1:1");
  await all.query("insert into change_outbox (source, at) values ('x', now() - interval '1 hour'), ('y', now())");
  await all.query(`
    create table measured (id int primary key, at timestamptz) partition by range (id);
    create table measured_1 partition of measured for values from (0) to (1000)`);
  await all.query("insert into measured select n, now() from generate_series(1, 999) n");
  const metrics = await all.metrics();
  expect(metrics).toContain('caretaker_outbox_rows{outbox="change_outbox"} 2');
  expect(metrics).toContain('caretaker_outbox_rows{outbox="job_outbox"} 0');
  expect(metrics).toMatch(/caretaker_outbox_oldest_seconds\{outbox="change_outbox"\} 36\d\d/);
  expect(metrics).toMatch(/caretaker_table_bytes\{table="measured"\} [1-9]/);
  expect(metrics).toMatch(/caretaker_table_index_bytes\{table="measured"\} [1-9]/);
  expect(metrics).not.toContain("measured_1");
});
