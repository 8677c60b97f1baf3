import type { Arrival } from "./arrival.ts";

/** One read of one key on its way, shared by all who ask for it meanwhile. */
export interface Flight {
  readonly key: string;
  /** Those of its value, but the one that is its own key. */
  readonly tags: readonly string[];
  /**
   * Its value goes to those who asked in any case. Once `invalidated`, as far as this process knows, it is not kept in
   * memory, while for Redis its fences decide; once `replaced` by a newer value it is kept nowhere.
   */
  state: "current" | "invalidated" | "replaced";
  /** Resolves when it has landed. */
  join(): Promise<Arrival>;
}

/** The reads that are under way in this process. */
export class Flights {
  readonly #latest = new Map<string, Flight>();
  /** Those that nobody joins any more, but which a newer value may yet replace. */
  readonly #invalidated = new Set<Flight>();

  /** The read to join for a key. */
  find(key: string): Flight | undefined {
    return this.#latest.get(key);
  }

  keys(): Iterable<string> {
    return this.#latest.keys();
  }

  /** Takes note of a read, which replaces an earlier one of the same key, until it lands. */
  start(flight: Flight): void {
    const earlier = this.#latest.get(flight.key);
    if (earlier) earlier.state = "replaced";
    this.#latest.set(flight.key, flight);
  }

  land(flight: Flight): void {
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
    else this.#invalidated.delete(flight);
  }

  /** Nobody joins the reads of these tags and keys any more: those of tags are invalidated, those of keys replaced. */
  end({ tags = [], keys = [] }: { tags?: readonly string[]; keys?: readonly string[] }): void {
    if (this.#latest.size + this.#invalidated.size === 0) return;
    const ended = { tags: new Set(tags), keys: new Set(keys) };
    for (const flight of [...this.#latest.values(), ...this.#invalidated]) {
      if (ended.keys.has(flight.key)) this.#end(flight, "replaced");
      else if (flight.tags.some((tag) => ended.tags.has(tag))) this.#end(flight, "invalidated");
    }
  }

  /** Any of them may have been invalidated. */
  endAll(): void {
    for (const flight of this.#latest.values()) this.#end(flight, "invalidated");
  }

  #end(flight: Flight, state: "invalidated" | "replaced"): void {
    flight.state = state;
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
    if (state === "invalidated") this.#invalidated.add(flight);
    else this.#invalidated.delete(flight);
  }
}
