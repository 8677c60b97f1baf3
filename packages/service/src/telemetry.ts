import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const labelsOf = { api: ["method", "endpoint", "status"], cache: ["entry", "tier"] } as const;
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
    /** Has `refresh` called before the metrics are read. */
    beforeScrape: (refresh: () => Promise<void>) => void refreshers.push(refresh),
    /** The metrics in Prometheus' text format. */
    async scrape() {
      await Promise.all(refreshers.map((refresh) => refresh()));
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
    },
    warmedValues: counter("caretaker_warmup_values_total", "Values that warm-ups dealt with, by what became of them", ["domain", "outcome"]),
    warmedRatio: gauge("caretaker_warmup_success_ratio", "Share of these that did not fail since this process began", ["domain"]),
    poolConnections: gauge("db_pool_connections", "Connections of the pool to PostgreSQL", ["state"]),
  };
}

export type Telemetry = ReturnType<typeof createTelemetry>;
