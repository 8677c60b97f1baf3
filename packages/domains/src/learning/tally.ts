/** How often each name occurs; blanks are left out. */
export function tally(names: Iterable<string | null>): Record<string, number> {
  const counts: Record<string, number> = Object.create(null);
  for (const name of names) if (name !== null && name.trim() !== "") counts[name] = (counts[name] ?? 0) + 1;
  return { ...counts };
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
