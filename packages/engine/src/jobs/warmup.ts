import type { Cache } from "@caretaker/cache";
import type { WarmupPayload, WarmupResult } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { type Children, defineJob, type JobDefinition } from "@caretaker/queue";
import type { Domain, LoadContext, ScopeContext } from "../domain.ts";
import { shortName } from "../entry-name.ts";
import { warmupPayloadOf } from "../warmup-payload.ts";
import { chunksOfScope, type Popular } from "../warmup-plan.ts";
import { warmMark } from "./warm-reads.ts";
import { type ChunkPayload, type ChunkResult, targetsOfChunk } from "./warmup-chunk.ts";

/** Chunks that are put into Redis with one round trip. */
const chunksAtOnce = 20;
const failuresListed = 100;
/** So many values of an entry are warmed at once because they were asked for most. */
const popularAtOnce = 1_000;

/** The job that plans a domain's warm-up, hands it out in chunks to all replicas, and sums up what they did. */
export function warmupJob(domain: Domain, { db, cache, chunkJob }: { db: Db; cache: Cache<LoadContext>; chunkJob: JobDefinition }) {
  return defineJob({
    name: `${domain.name}.warmup`,
    queue: "warmup",
    schema: warmupPayloadOf(domain),
    retry: domain.retry,
    timeout: "30m",
    async handler({ id, data, enqueuedAt, fanOut, progress, signal }): Promise<WarmupResult> {
      const asOf = data.asOf ? new Date(data.asOf) : enqueuedAt;
      const plan = () => {
        progress({ current: 0, total: 0, status: "planning" });
        const popular: Popular = (entry) => cache.popular(entry, popularAtOnce) as ReturnType<Popular>;
        return inGroups(planChunks(domain, data, { db: db.counted({ signal }), asOf, activeDays: data.activeDays, popular, mark: warmMark(id) }));
      };
      const children = await fanOut<ChunkPayload, ChunkResult>(chunkJob, plan);
      return sumUp(domain, children);
    },
  });
}

async function* planChunks(
  domain: Domain,
  payload: WarmupPayload,
  { mark, ...context }: ScopeContext & { popular: Popular; mark: string },
): AsyncGenerator<ChunkPayload> {
  const { force, scope } = payload;
  const common = { domain: domain.name, asOf: context.asOf.toISOString(), force, mark, renew: scope === "popular", given: typeof scope !== "string" };
  for await (const { entries, sets } of chunksOfScope(domain, payload, context)) yield { ...common, entries: entries.map(shortName), sets };
}

async function* inGroups<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < chunksAtOnce) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function sumUp(domain: Domain, { completed, failed, startedAt }: Children<ChunkPayload, ChunkResult>): WarmupResult {
  const results = [...completed, ...failed.map(({ payload, error }) => failedChunk(domain, payload, error))];
  const sum = (field: "targets" | "written" | "fresh" | "fenced" | "failed" | "queries") =>
    results.reduce((total, result) => total + result[field], 0);
  return {
    targets: sum("targets"),
    written: sum("written"),
    fresh: sum("fresh"),
    fenced: sum("fenced"),
    failed: sum("failed"),
    chunks: results.length,
    queries: sum("queries"),
    ms: Date.now() - startedAt.getTime(),
    failures: results.flatMap(({ failures }) => failures).slice(0, failuresListed),
  };
}

/** A chunk that used up its attempts: all of its values failed, for the same reason. */
function failedChunk(domain: Domain, payload: ChunkPayload, error: string): ChunkResult {
  const targets = targetsOfChunk(domain, payload);
  const failures = targets.slice(0, failuresListed).map(({ entry, params }) => ({ entry: shortName(entry), params, error }));
  return { targets: targets.length, written: 0, fresh: 0, fenced: 0, failed: targets.length, queries: 0, failures };
}
