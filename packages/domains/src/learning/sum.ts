/** A sum with how many values it has, nulls left out. */
export class Sum {
  sum = 0;
  count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.sum += value;
    this.count += 1;
  }

  /** Both as one. */
  plus(other: Sum): Sum {
    const both = new Sum();
    both.sum = this.sum + other.sum;
    both.count = this.count + other.count;
    return both;
  }
}
