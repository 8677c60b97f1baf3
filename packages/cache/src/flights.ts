import type { Reading } from "./reading.ts";

/** One read of one key on its way, shared by all who ask for it meanwhile. */
export interface Flight<Value = unknown> {
  readonly key: string;
  readonly tags: readonly string[];
  readonly reading: Promise<Reading<Value>>;
  /** Set once it is out of date: its value still goes to those who asked before, but must not be kept. */
  ended: boolean;
}

/** The reads that are under way in this process. */
export class Flights {
  readonly #underWay = new Set<Flight>();
  readonly #latest = new Map<string, Flight>();

  /** The read to join for a key. */
  find(key: string): Flight | undefined {
    return this.#latest.get(key);
  }

  /** Takes note of a read, which replaces an earlier one of the same key, until it has landed. */
  start(flight: Flight): void {
    const earlier = this.#latest.get(flight.key);
    if (earlier) earlier.ended = true;
    this.#latest.set(flight.key, flight);
    this.#underWay.add(flight);
    const land = () => this.#land(flight);
    flight.reading.then(land, land);
  }

  /** Nobody joins the reads of these tags and keys any more, and what they bring is not kept. */
  end({ tags = [], keys = [] }: { tags?: readonly string[]; keys?: readonly string[] }): void {
    if (this.#underWay.size === 0) return;
    const ended = { tags: new Set(tags), keys: new Set(keys) };
    for (const flight of this.#underWay) {
      if (ended.keys.has(flight.key) || flight.tags.some((tag) => ended.tags.has(tag))) this.#end(flight);
    }
  }

  endAll(): void {
    for (const flight of this.#underWay) this.#end(flight);
  }

  #end(flight: Flight): void {
    flight.ended = true;
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
  }

  #land(flight: Flight): void {
    this.#underWay.delete(flight);
    if (this.#latest.get(flight.key) === flight) this.#latest.delete(flight.key);
  }
}
