import type { JobDefinition } from "@caretaker/queue";
import type { Connections } from "../connections.ts";
import type { Domain } from "../domain.ts";
import { analyticsJob } from "./analytics.ts";
import { archiveJob } from "./archive.ts";
import { cleanupJob } from "./cleanup.ts";
import { restoreJob } from "./restore.ts";
import { warmupJob } from "./warmup.ts";
import { warmupChunkJob } from "./warmup-chunk.ts";

/** The jobs that follow from a domain's facts. */
export function jobsOf(domain: Domain, { db, cache, events }: Pick<Connections, "db" | "cache" | "events">): JobDefinition[] {
  const chunkJob = warmupChunkJob(domain, { db, cache, events });
  const jobs: JobDefinition[] = domain.entries.length > 0 ? [warmupJob(domain, { db, cache, chunkJob }), chunkJob] : [];
  if (domain.cleanup) jobs.push(cleanupJob(domain, domain.cleanup, db));
  if (domain.archive) jobs.push(archiveJob(domain, domain.archive, db));
  if (domain.rollups?.length) jobs.push(analyticsJob(domain, domain.rollups, db));
  if (domain.cleanup || domain.archive) jobs.push(restoreJob(domain, db));
  return [...jobs, ...(domain.jobs ?? [])];
}
