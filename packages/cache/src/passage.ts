import type { Fence } from "./fence.ts";
import { unknownFences } from "./fences.ts";
import type { Flight } from "./flights.ts";
import type { Outcome } from "./outcome.ts";
import type { Place } from "./place.ts";
import type { CachedValue } from "./stored-value.ts";

/** A parameter set on its way through the tiers. */
export class Passage<Params, Value> implements Flight, Place {
  readonly key: string;
  readonly entryKey: string;
  readonly params: Params;
  readonly tags: readonly string[];
  readonly selfGuarded: boolean;
  readonly #landed: Promise<void>;
  state: Flight["state"] = "current";
  /** What it is to be stored under, noted anew for each attempt to load. */
  fences: readonly Fence[] = unknownFences;
  /** What Redis has, fresh or not. */
  kept: CachedValue<Value> | undefined = undefined;
  outcome: Outcome<Value> | undefined = undefined;

  constructor(facts: { key: string; entryKey: string; params: Params; tags: readonly string[]; selfGuarded: boolean }, landed: Promise<void>) {
    this.key = facts.key;
    this.entryKey = facts.entryKey;
    this.params = facts.params;
    this.tags = facts.tags;
    this.selfGuarded = facts.selfGuarded;
    this.#landed = landed;
  }

  async join(): Promise<Outcome<Value>> {
    await this.#landed;
    return this.outcome as Outcome<Value>;
  }
}
