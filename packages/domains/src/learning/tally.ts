const once = () => 1;

/** How often each name occurs among some items, each of them counting once or `timesOf` times; blanks are left out. */
export function tally<T>(items: readonly T[], nameOf: (item: T) => string | null, timesOf: (item: T) => number = once): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== null && name.trim() !== "") counts.set(name, (counts.get(name) ?? 0) + timesOf(item));
  }
  return Object.fromEntries(counts);
}

/** The name that occurs most, the first in code point order on a tie; null if there is none. */
export function mostFrequent(counts: Readonly<Record<string, number>>): string | null {
  let best: string | null = null;
  for (const [name, count] of Object.entries(counts)) {
    const lead = best === null ? 1 : count - (counts[best] ?? 0);
    if (lead > 0 || (lead === 0 && best !== null && name < best)) best = name;
  }
  return best;
}
