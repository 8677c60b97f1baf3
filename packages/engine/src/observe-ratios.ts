import type { Telemetry } from "@caretaker/service";
import type { Engine } from "./engine.ts";

/** How well the cache is kept, since the process began: which reads it answered, and which values warm-ups failed to renew. */
export function observeRatios({ domains, events }: Engine, { cache, warmedValues, warmedRatio, beforeScrape }: Telemetry): void {
  events.on("warmed", ({ domain, ...outcomes }) => {
    for (const [outcome, values] of Object.entries(outcomes)) warmedValues.inc({ domain, outcome }, values);
  });
  beforeScrape(async () => {
    const [hits, misses, warmed] = await Promise.all([countsOf(cache.hits), countsOf(cache.misses), countsOf(warmedValues)]);
    for (const { name: entry, memoryOnly } of domains.flatMap(({ entries }) => entries)) {
      const [hit, missed] = [sum(hits, { entry }), sum(misses, { entry, tier: memoryOnly ? "l1" : "l2" })];
      if (hit + missed > 0) cache.hitRatio.set({ entry }, hit / (hit + missed));
    }
    for (const { name: domain } of domains) {
      const all = sum(warmed, { domain });
      if (all > 0) warmedRatio.set({ domain }, 1 - sum(warmed, { domain, outcome: "failed" }) / all);
    }
  });
}

interface Count {
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
}

const countsOf = async (counter: { get(): Promise<{ values: Count[] }> }): Promise<Count[]> => (await counter.get()).values;

/** What the counts come to that have some labels. */
const sum = (counts: readonly Count[], wanted: Readonly<Record<string, string>>): number =>
  counts
    .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
    .reduce((total, { value }) => total + value, 0);
