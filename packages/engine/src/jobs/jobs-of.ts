import type { JobDefinition } from "@caretaker/queue";
import type { Batching } from "../batches/run-steps.ts";
import type { Connections } from "../connections.ts";
import type { AnyEntry, Domain } from "../domain.ts";
import { analyticsJob } from "./analytics.ts";
import { archiveJob } from "./archive.ts";
import { cleanupJob } from "./cleanup.ts";
import { restoreJob } from "./restore.ts";
import { sweepCacheJob } from "./sweep-cache.ts";
import { warmupJob } from "./warmup.ts";
import { warmupChunkJob } from "./warmup-chunk.ts";

interface Means extends Batching, Pick<Connections, "cache" | "events"> {
  /** Those of all domains. */
  readonly entries: readonly AnyEntry[];
}

/** The jobs that follow from a domain's facts. */
export function jobsOf(domain: Domain, { db, cache, events, entries, targetMs }: Means): JobDefinition[] {
  const batching = { db, targetMs };
  const chunkJob = warmupChunkJob(domain, { db, cache, events });
  const jobs: JobDefinition[] = [];
  if (domain.entries.length > 0) jobs.push(warmupJob(domain, { db, cache, chunkJob }), chunkJob, sweepCacheJob(domain, entries, cache));
  if (domain.cleanup) jobs.push(cleanupJob(domain, domain.cleanup, batching));
  if (domain.archive) jobs.push(archiveJob(domain, domain.archive, batching));
  if (domain.rollups?.length) jobs.push(analyticsJob(domain, domain.rollups, batching));
  if (domain.cleanup || domain.archive) jobs.push(restoreJob(domain, batching));
  return [...jobs, ...(domain.jobs ?? [])];
}
