import type { WarmResult } from "@caretaker/cache";
import { instant, type ParamSet, type WarmupFailure } from "@caretaker/contracts";
import { defineJob, isTransient } from "@caretaker/queue";
import { z } from "zod";
import type { Connections } from "../connections.ts";
import type { Domain, LoadContext } from "../domain.ts";
import { findEntry } from "../entry-name.ts";
import { readTargets, scopeTargets } from "../warmup-plan.ts";

/** So many popular values are warmed before others. */
const mostWanted = 100;

const isParamSet = (set: unknown) => typeof set === "object" && set !== null;

/** Payload of a chunk of a warm-up: the sets to warm, and by which entries. */
const chunkPayload = z.strictObject({
  domain: z.string(),
  asOf: instant,
  entries: z.array(z.string()),
  force: z.boolean(),
  /** Whether values that are about to expire are loaded as well. */
  renew: z.boolean(),
  /** What its values are marked with. */
  mark: z.string(),
  /** Whether a caller wrote the sets, so that entries have to read them; those that a domain's scope gives are as they should be. */
  given: z.boolean(),
  sets: z.custom<ParamSet[]>((sets) => Array.isArray(sets) && sets.every(isParamSet)),
});
export type ChunkPayload = z.infer<typeof chunkPayload>;

/** What a chunk did; a warm-up adds these up. */
export interface ChunkResult {
  targets: number;
  written: number;
  fresh: number;
  fenced: number;
  failed: number;
  queries: number;
  failures: WarmupFailure[];
}

/** The job that loads a chunk of a domain's warm-up with set-based queries and writes it to the cache. */
export function warmupChunkJob(domain: Domain, { db, cache, events }: Pick<Connections, "db" | "cache" | "events">) {
  return defineJob({
    name: `${domain.name}.warmup-chunk`,
    queue: "warmup",
    schema: chunkPayload,
    retry: domain.retry,
    timeout: "5m",
    async handler({ data, signal, progress }): Promise<ChunkResult> {
      const targets = targetsOfChunk(domain, data);
      progress({ current: 0, total: targets.length, status: "loading" });
      if (data.force && domain.warmup.force !== "replace") await cache.invalidate(ownTagsOf(targets));
      const counted = db.counted({ signal });
      const context: LoadContext = { db: counted, asOf: new Date(data.asOf) };
      const options = { context, force: data.force, renew: data.renew, mark: data.mark, signal, retryable: isTransient };
      const done: WarmResult[] = [];
      for (const part of partsOf(targets, data)) done.push(await cache.warm(part, options));
      const sum = (field: "written" | "fresh" | "fenced" | "failed") => done.reduce((total, result) => total + result[field], 0);
      const counts = { written: sum("written"), fresh: sum("fresh"), fenced: sum("fenced"), failed: sum("failed") };
      events.emit("warmed", { domain: domain.name, ...counts });
      progress({ current: targets.length, total: targets.length, status: "written" });
      return { targets: targets.length, ...counts, queries: counted.queries, failures: done.flatMap(({ failures }) => failures) };
    },
  });
}

/** Popular values come in the order of how often they are asked for: the first of them are not to wait for the others. */
const partsOf = <Target>(targets: readonly Target[], { renew }: ChunkPayload) =>
  renew && targets.length > mostWanted ? [targets.slice(0, mostWanted), targets.slice(mostWanted)] : [targets];

/** The tags that place the targets: others, such as a namespace, are also those of values that other chunks have just written. */
const ownTagsOf = (targets: ReturnType<typeof targetsOfChunk>) => [
  ...new Set(targets.flatMap(({ entry, params }) => entry.tags(params).slice(0, 1))),
];

/** The values that a chunk stands for. */
export function targetsOfChunk(domain: Domain, { entries, sets, given, asOf }: ChunkPayload) {
  const known = entries.flatMap((name) => findEntry(domain, name) ?? []);
  return (given ? readTargets : scopeTargets)(domain, known, sets, new Date(asOf));
}
