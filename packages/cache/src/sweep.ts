import type { Cluster, Redis } from "ioredis";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";

/** What a sweep found in Redis. */
export interface SweepResult {
  /** Keys of all versions of this cache that stay. */
  readonly keys: number;
  /** Leftovers that it deleted. */
  readonly dropped: number;
}

const keysAtOnce = 1_000;

/**
 * Looks at every key of the cache, page by page. Redis lets go of those that have expired as they are looked at; what never expires
 * and nobody asks for any more, existence filters of another size, entry or version, is deleted.
 */
export async function sweep<Context>(
  core: CacheCore<Context>,
  redis: Redis | Cluster,
  entries: readonly Pick<Entry<never, unknown, never>, "name" | "existence">[],
): Promise<SweepResult> {
  const inUse = new Set(entries.flatMap((entry) => core.filterOf(entry)?.key ?? []));
  let [keys, dropped] = [0, 0];
  for (const node of redis.isCluster ? (redis as Cluster).nodes("master") : [redis as Redis]) {
    for await (const page of node.scanStream({ match: core.keys.everything, count: keysAtOnce }) as AsyncIterable<string[]>) {
      const leftovers = await withoutExpiry(
        node,
        page.filter((key) => core.keys.isFilter(key) && !inUse.has(key)),
      );
      dropped += await core.l2.delete(leftovers);
      keys += page.length - leftovers.length;
    }
  }
  return { keys, dropped };
}

/** Parts of a filter that is being built expire. */
async function withoutExpiry(node: Redis, keys: readonly string[]): Promise<string[]> {
  const times = await Promise.all(keys.map((key) => node.pttl(key)));
  return keys.filter((_key, index) => times[index] === -1);
}
