/** So few names are found faster by comparing each than by hashing. */
const few = 16;

/** A text as a name that is counted; blanks are not. */
export const nameOf = (text: string | null | undefined): string | null => (text?.trim() ? text : null);

/** How often each name occurs; nulls are left out. */
export class Tally {
  readonly #names: string[] = [];
  readonly #counts: number[] = [];
  #places: Map<string, number> | undefined;

  add(name: string | null, times = 1): void {
    if (name === null) return;
    const place = this.#places ? (this.#places.get(name) ?? -1) : this.#names.indexOf(name);
    if (place >= 0) (this.#counts[place] as number) += times;
    else this.#push(name, times);
  }

  /** The name that occurs most, the first in code point order on a tie; null if there is none. */
  get mostFrequent(): string | null {
    let best: string | null = null;
    let most = 0;
    for (let place = 0; place < this.#names.length; place++) {
      const [name, count] = [this.#names[place] as string, this.#counts[place] as number];
      if (count < most || (count === most && best !== null && name > best)) continue;
      best = name;
      most = count;
    }
    return best;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.#names.map((name, place) => [name, this.#counts[place] as number]));
  }

  #push(name: string, times: number): void {
    this.#places?.set(name, this.#names.length);
    this.#names.push(name);
    this.#counts.push(times);
    if (this.#names.length === few) this.#places = new Map(this.#names.map((known, place) => [known, place]));
  }
}
