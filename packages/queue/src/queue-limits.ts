import type { Queue } from "bullmq";

/** What holds for a queue across all workers; what is not named is left as it is, `null` takes a limit away. */
export interface QueueLimits {
  /** So many of its jobs run at once. */
  readonly concurrency?: number | null;
  /** So many of its jobs begin within so many ms. */
  readonly rate?: { readonly max: number; readonly everyMs: number } | null;
}

/** Puts a queue's limits in Redis right; resolves to whether they were not. Any number of workers may do this at once. */
export async function syncLimits(queue: Queue, { concurrency, rate }: QueueLimits): Promise<boolean> {
  const [running, begun] = await Promise.all([queue.getGlobalConcurrency(), queue.getGlobalRateLimit()]);
  const wrongConcurrency = concurrency !== undefined && running !== concurrency;
  const wrongRate = rate !== undefined && (begun?.max !== rate?.max || begun?.duration !== rate?.everyMs);
  if (wrongConcurrency) await (concurrency === null ? queue.removeGlobalConcurrency() : queue.setGlobalConcurrency(concurrency));
  if (wrongRate) await (rate === null ? queue.removeGlobalRateLimit() : queue.setGlobalRateLimit(rate.max, rate.everyMs));
  return wrongConcurrency || wrongRate;
}
