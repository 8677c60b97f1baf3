import type { Invalidation, Log, Read } from "./log.ts";
import { ids, memoryTtlMs } from "./truth.ts";

/** Within so many ms an invalidation reaches the other processes. */
const reachMs = 100;

/**
 * The reads that gave what had been invalidated: by their own process before they began, by another one `reachMs` before
 * they could last have heard of it, or `memoryTtl` before if they knew that they hear nothing.
 */
export function staleReads(logs: readonly Log[]): (Read & { process: number; wanted: number })[] {
  const floors = logs.map(({ invalidations }) => floorsOf(invalidations));
  return logs.flatMap(({ reads }, process) =>
    reads.flatMap((read) => {
      const others = read.deaf ? read.began - memoryTtlMs - reachMs : read.heardUntil - reachMs;
      const wanted = Math.max(...floors.map((floor, other) => floor(read.id, other === process ? read.began : others)));
      return read.version < wanted ? [{ ...read, process, wanted }] : [];
    }),
  );
}

/** What must at least be read of an id after the invalidations of one process that had ended by some time. */
function floorsOf(invalidations: readonly Invalidation[]): (id: number, by: number) => number {
  const ofId = ids.map((): Invalidation[] => []);
  for (const { id, version, ended } of invalidations.toSorted((a, b) => a.ended - b.ended)) {
    const history = ofId[id] as Invalidation[];
    history.push({ id, ended, version: Math.max(version, history.at(-1)?.version ?? 0) });
  }
  return (id, by) => {
    const history = ofId[id] ?? [];
    let [low, high] = [0, history.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((history[middle]?.ended ?? 0) <= by) low = middle + 1;
      else high = middle;
    }
    return history[low - 1]?.version ?? 0;
  };
}
