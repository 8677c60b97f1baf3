/** One comparison: medians of several runs, `ratio` = ours / other. */
export interface Comparison {
  metric: string;
  unit: string;
  ours: number;
  other: number;
  otherName: string;
  ratio: number;
}

export interface BenchmarkResult {
  name: string;
  runs: number;
  results: Comparison[];
}

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Runs all contestants in turn, `runs` times, after one round that does not count; resolves to the median figure of each. */
export async function inTurn<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  runs: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run <= runs; run += 1) {
    for (const name of names) {
      const figure = await contestants[name]();
      if (run > 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(figures.get(name) ?? [])])) as Record<Name, number>;
}

/** Sets ours against another figure. */
export const compare = (metric: string, unit: string, ours: number, other: number, otherName: string): Comparison => ({
  metric,
  unit,
  ours,
  other,
  otherName,
  ratio: ours / other,
});

/** Seconds that some work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
