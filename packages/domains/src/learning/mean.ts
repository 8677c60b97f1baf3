/** A sum with how many values it has, nulls left out. */
export interface Sum {
  readonly sum: number;
  readonly count: number;
}

/** Adds up values that are not null. */
export function sumUp(values: Iterable<number | null>): Sum {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return { sum, count };
}
