import { setTimeout as pause } from "node:timers/promises";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const labelsOf = { api: ["method", "endpoint", "status"], cache: ["entry", "tier"] } as const;
/** How long a scrape waits for what is measured when it is asked for. */
const refreshMs = 1_000;
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The process's metrics in Prometheus' terms, with its registry; names and labels are those of the API's contract. */
export function createTelemetry() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const histogram = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ name, help, labelNames, buckets: seconds, registers: [registry] });
  const gauge = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const refreshers: (() => Promise<void>)[] = [];
  return {
    /** Has `refresh` called before the metrics are read; what it has not set within a second keeps its last value. */
    beforeScrape: (refresh: () => Promise<void>) => void refreshers.push(refresh),
    /** The metrics in Prometheus' text format. */
    async scrape() {
      await Promise.all(refreshers.map((refresh) => Promise.race([refresh().catch(() => {}), pause(refreshMs, undefined, { ref: false })])));
      return { type: registry.contentType, text: await registry.metrics() };
    },
    apiRequests: counter("api_requests_total", "HTTP requests answered", labelsOf.api),
    apiDuration: histogram("api_request_duration_seconds", "Time to answer an HTTP request", ["method", "endpoint"]),
    jobDuration: histogram("caretaker_job_duration_seconds", "Time a job ran", ["queue", "name", "outcome"]),
    messages: counter("caretaker_messages_total", "Messages published, by subscription and whether it took them", ["subscription", "outcome"]),
    jobCount: gauge("bullmq_job_count", "Jobs of a queue by state", ["queue", "state"]),
    oldestWaiting: gauge("caretaker_queue_oldest_waiting_seconds", "Age of the job that waits longest", ["queue"]),
    cache: {
      hits: counter("cache_hits_total", "Reads answered by a tier", labelsOf.cache),
      misses: counter("cache_misses_total", "Reads that a tier could not answer", labelsOf.cache),
      stale: counter("cache_stale_total", "Stale values that stood in for a failed load", labelsOf.cache),
      loads: counter("cache_loads_total", "Values loaded from their source", labelsOf.cache),
      errors: counter("cache_errors_total", "Operations that failed", labelsOf.cache),
      loadDuration: histogram("cache_load_duration_seconds", "Time to load from the source", ["entry"]),
      hitRatio: gauge("cache_hit_ratio", "Share of reads that the cache answered since this process began", ["entry"]),
      absent: counter("cache_absent_total", "Reads that an existence filter answered: there is no such thing", ["entry"]),
      writes: counter("cache_writes_total", "Values sent to a tier", labelsOf.cache),
      readBytes: counter("cache_read_bytes_total", "Bytes of the values that a tier answered with", labelsOf.cache),
      writtenBytes: counter("cache_written_bytes_total", "Bytes of the values sent to a tier", labelsOf.cache),
      memoryValues: gauge("cache_memory_values", "Values that this process has in memory", ["entry"]),
      memoryBytes: gauge("cache_memory_bytes", "Their estimated size", ["entry"]),
      outages: counter("cache_outages_total", "Times that reads began to leave Redis out, or that invalidations were no longer heard", ["of"]),
      redisState: gauge("cache_redis_state", "1 if the cache's Redis is connected, reads ask it, and invalidations are heard", ["state"]),
      redisKeys: gauge("cache_redis_keys", "Keys that the cache's Redis holds", []),
      redisBytes: gauge("cache_redis_memory_bytes", "Memory that the cache's Redis uses", []),
    },
    outboxRows: gauge("caretaker_outbox_rows", "Rows of an outbox that have not been handed on, up to a million", ["outbox"]),
    outboxOldest: gauge("caretaker_outbox_oldest_seconds", "Age of the oldest of them", ["outbox"]),
    tables: {
      bytes: gauge("caretaker_table_bytes", "Size of a table without its indexes; of its partitions together", ["table"]),
      indexBytes: gauge("caretaker_table_index_bytes", "Size of a table's indexes", ["table"]),
      rows: gauge("caretaker_table_rows", "Rows of a table, estimated", ["table"]),
      deadRows: gauge("caretaker_table_dead_rows", "Rows that VACUUM has yet to clear away, estimated", ["table"]),
    },
    warmedValues: counter("caretaker_warmup_values_total", "Values that warm-ups dealt with, by what became of them", ["domain", "outcome"]),
    warmedRatio: gauge("caretaker_warmup_success_ratio", "Share of these that did not fail since this process began", ["domain"]),
    poolConnections: gauge("db_pool_connections", "Connections of the pool to PostgreSQL", ["state"]),
  };
}

export type Telemetry = ReturnType<typeof createTelemetry>;
