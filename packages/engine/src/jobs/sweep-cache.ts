import type { Cache, SweepResult } from "@caretaker/cache";
import { defineJob } from "@caretaker/queue";
import { z } from "zod";
import type { AnyEntry, Domain, LoadContext } from "../domain.ts";

/** What became of a sweep, and how many bytes the cache's Redis uses afterwards, if it says so. */
type Swept = SweepResult & { readonly bytes?: number; readonly ms: number };

/** The job, for a schedule of any one domain, that clears the cache's Redis of what nobody asks for; `entries` are those of all domains. */
export function sweepCacheJob(domain: Domain, entries: readonly AnyEntry[], cache: Cache<LoadContext>) {
  return defineJob({
    name: `${domain.name}.sweep-cache`,
    queue: "cleanup",
    schema: z.strictObject({ domain: z.literal(domain.name) }),
    retry: domain.retry,
    async handler(): Promise<Swept> {
      const began = Date.now();
      const swept = await cache.sweep(entries);
      const { bytes } = (await cache.usage()).redis;
      return { ...swept, ...(bytes === undefined ? {} : { bytes }), ms: Date.now() - began };
    },
  });
}
