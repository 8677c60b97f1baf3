/** A sum with how many values it has, nulls left out. */
export interface Sum {
  readonly sum: number;
  readonly count: number;
}

/** Adds up one number of each item, nulls left out. */
export function sumUp<T>(items: readonly T[], numberOf: (item: T) => number | null): Sum {
  let sum = 0;
  let count = 0;
  for (const item of items) {
    const value = numberOf(item);
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return { sum, count };
}
