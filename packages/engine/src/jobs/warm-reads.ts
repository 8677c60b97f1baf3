import { hash } from "node:crypto";
import type { Cache } from "@caretaker/cache";
import { type JobView, warmupResult } from "@caretaker/contracts";
import type { LoadContext } from "../domain.ts";

/** What the values of a warm-up are marked with, by its job's id: short, since each of them has it. */
export const warmMark = (jobId: string): string => hash("sha256", jobId, "base64url").slice(0, 6);

/** A job as it was read; one that has warmed says as well how many of its values were read since. Not while Redis does not tell. */
export async function withReads(cache: Cache<LoadContext>, job: JobView | undefined): Promise<JobView | undefined> {
  const warmed = job?.queue === "warmup" && job.state === "completed" ? warmupResult.safeParse(job.result) : undefined;
  if (!job || !warmed?.success) return job;
  const reads = await cache.warmReads(warmMark(job.id)).catch(() => undefined);
  return reads === undefined ? job : { ...job, result: { ...warmed.data, reads } };
}
