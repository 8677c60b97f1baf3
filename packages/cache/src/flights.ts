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

const nobody: readonly Flight[] = [];

/** The reads that are under way in this process. */
export class Flights {
  #latest = new Map<string, Flight>();
  /** The last that started, not in `#latest` yet: most land before anybody asks for one of them. */
  #unlisted = nobody;
  /** Those that nobody joins any more, but which a newer value may yet replace. */
  readonly #invalidated = new Set<Flight>();

  /** Whether there are any to join. */
  get any(): boolean {
    return this.#latest.size > 0 || this.#unlisted.length > 0;
  }

  /** Whether there are none that could be ended. */
  get isEmpty(): boolean {
    return !this.any && this.#invalidated.size === 0;
  }

  /** The read to join for a key. */
  find(key: string): Flight | undefined {
    this.#list();
    return this.#latest.get(key);
  }

  keys(): Iterable<string> {
    this.#list();
    return this.#latest.keys();
  }

  /** Takes note of reads, which replace earlier ones of the same keys, until they land. */
  start(flights: readonly Flight[]): void {
    this.#list();
    this.#unlisted = flights;
    if (this.#latest.size > 0) this.#list();
  }

  /** Of reads that started together. */
  land(flights: readonly Flight[]): void {
    if (flights === this.#unlisted) this.#unlisted = nobody;
    else for (const flight of flights) this.#land(flight);
  }

  /** Nobody joins the reads of these tags and keys any more: those of tags are invalidated, those of keys replaced. */
  end({ tags = [], keys = [] }: { tags?: readonly string[]; keys?: readonly string[] }): void {
    if (this.isEmpty) return;
    this.#list();
    const ended = { tags: new Set(tags), keys: new Set(keys) };
    for (const flight of [...this.#latest.values(), ...this.#invalidated]) {
      if (ended.keys.has(flight.key)) this.#end(flight, "replaced");
      else if (flight.tags.some((tag) => ended.tags.has(tag))) this.#end(flight, "invalidated");
    }
  }

  /** Any of them may have been invalidated. */
  endAll(): void {
    this.#list();
    for (const flight of this.#latest.values()) this.#end(flight, "invalidated");
  }

  #list(): void {
    for (const flight of this.#unlisted) {
      const earlier = this.#latest.get(flight.key);
      if (earlier) earlier.state = "replaced";
      this.#latest.set(flight.key, flight);
    }
    this.#unlisted = nobody;
  }

  #land(flight: Flight): void {
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
    else this.#invalidated.delete(flight);
    if (this.#latest.size === 0) this.#latest = new Map(); // a map that lives on keeps what it had in its outgrown tables
  }

  #end(flight: Flight, state: "invalidated" | "replaced"): void {
    flight.state = state;
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
    if (state === "invalidated") this.#invalidated.add(flight);
    else this.#invalidated.delete(flight);
  }
}
