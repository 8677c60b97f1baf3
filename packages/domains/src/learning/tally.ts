const once = () => 1;

/** How often each name occurs among some items, each of them counting once or `timesOf` times; blanks are left out. */
export function tally<T>(items: readonly T[], nameOf: (item: T) => string | null, timesOf: (item: T) => number = once): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== null && name.trim() !== "") counts.set(name, (counts.get(name) ?? 0) + timesOf(item));
  }
  return counts;
}

/** The name that occurs most, the first in code point order on a tie; null if there is none. */
export function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  let most = 0;
  counts.forEach((count, name) => {
    if (count < most || (count === most && best !== null && name > best)) return;
    best = name;
    most = count;
  });
  return best;
}
