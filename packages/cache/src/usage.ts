import type { Cluster, Redis } from "ioredis";
import type { CacheCore } from "./cache-core.ts";
import { within } from "./within.ts";

export interface CacheUsage {
  /** What this process has in memory, by entry; bytes are estimated. */
  readonly memory: Readonly<Record<string, { readonly values: number; readonly bytes: number }>>;
  readonly redis: {
    /** As ioredis has it: `ready` when commands can be sent. */
    readonly state: string;
    /** Whether reads ask it. */
    readonly asked: boolean;
    /** Whether invalidations by other processes are heard. */
    readonly listening: boolean;
    /** Of all that the servers hold; none if they don't say so in time. */
    readonly keys?: number;
    readonly bytes?: number;
  };
}

/** What the tiers hold, and how Redis is. */
export async function usageOf<Context>({ memory, bus, breaker, readTimeoutMs }: CacheCore<Context>, redis: Redis | Cluster): Promise<CacheUsage> {
  const state = { state: redis.status, asked: breaker.closed, listening: bus.listening };
  const held = await within(readTimeoutMs, Promise.all(nodesOf(redis).map(holdings))).catch(() => undefined);
  const total = held && { keys: sum(held.map(({ keys }) => keys)), bytes: sum(held.map(({ bytes }) => bytes)) };
  return { memory: memory.byEntry(), redis: { ...state, ...total } };
}

async function holdings(node: Redis): Promise<{ keys: number; bytes: number }> {
  const [keys, info] = await Promise.all([node.dbsize(), node.info("memory")]);
  return { keys, bytes: Number(/used_memory:(\d+)/.exec(info)?.[1]) };
}

const nodesOf = (redis: Redis | Cluster): Redis[] => (redis.isCluster ? (redis as Cluster).nodes("master") : [redis as Redis]);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
