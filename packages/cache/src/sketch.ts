/** Counts what is asked for most in bounded memory, by Misra and Gries (1982): what is rare is forgotten, and what is frequent counted a little too low. */
export class Sketch<Item> {
  readonly #capacity: number;
  #counts = new Map<string, { item: Item; count: number }>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  count(key: string, item: Item, times = 1): void {
    const known = this.#counts.get(key);
    if (known) {
      known.count += times;
      return;
    }
    this.#counts.set(key, { item, count: times });
    if (this.#counts.size >= 2 * this.#capacity) this.#prune();
  }

  /** What was counted since the last time, the most frequent first. */
  take(): { item: Item; count: number }[] {
    const top = this.#sorted().slice(0, this.#capacity);
    this.#counts = new Map();
    return top.map(([, counted]) => counted);
  }

  get size(): number {
    return this.#counts.size;
  }

  #sorted() {
    return [...this.#counts].sort(([, a], [, b]) => b.count - a.count);
  }

  /** Keeps the most frequent half, less what the other half had at most. */
  #prune(): void {
    const counts = Uint32Array.from(this.#counts.values(), ({ count }) => count).sort();
    const floor = counts.at(-1 - this.#capacity) ?? 0;
    const kept = new Map<string, { item: Item; count: number }>();
    for (const [key, { item, count }] of this.#counts) if (count > floor) kept.set(key, { item, count: count - floor });
    this.#counts = kept;
  }
}
