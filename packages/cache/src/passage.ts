import type { Arrival } from "./arrival.ts";
import type { CacheKeys } from "./cache-keys.ts";
import type { Entry } from "./entry.ts";
import type { Fence } from "./fence.ts";
import { unknownFences } from "./fences.ts";
import type { Flight } from "./flights.ts";
import type { LoadFailed } from "./load-failed.ts";
import type { Place } from "./place.ts";
import type { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

/** A parameter set on its way through the tiers. */
export class Passage<Params, Value> implements Flight, Place, Arrival<Value> {
  readonly key: string;
  readonly entryKey: string;
  readonly params: Params;
  readonly tags: readonly string[];
  readonly selfGuarded: boolean;
  state: Flight["state"] = "current";
  /** What it is to be stored under, noted anew for each attempt to load. */
  fences: readonly Fence[] = unknownFences;
  /** What Redis has, fresh or not. */
  kept: CachedValue<Value> | undefined = undefined;
  served: CachedValue<Value> | undefined = undefined;
  source: Reading["source"] = "l2";
  failure: LoadFailed | undefined = undefined;
  #joined: PromiseWithResolvers<Arrival> | undefined = undefined;

  constructor(key: string, entryKey: string, params: Params, tags: readonly string[], selfGuarded: boolean) {
    this.key = key;
    this.entryKey = entryKey;
    this.params = params;
    this.tags = tags;
    this.selfGuarded = selfGuarded;
  }

  /** Whether it has what it ends with. */
  get hasArrived(): boolean {
    return this.served !== undefined || this.failure !== undefined;
  }

  serve(value: CachedValue<Value>, source: Reading["source"]): void {
    this.served = value;
    this.source = source;
  }

  /** Ends with what another one of the same key has brought. */
  endAs({ served, source, failure }: Passage<Params, Value>): void {
    this.served = served;
    this.source = source;
    this.failure = failure;
  }

  join(): Promise<Arrival> {
    this.#joined ??= Promise.withResolvers<Arrival>();
    return this.#joined.promise;
  }

  /** Lets those go on who have joined it. */
  land(): void {
    this.#joined?.resolve(this);
  }
}

/** The passage of a parameter set. */
export const passageOf = <Params extends object, Value, Context>(
  keys: CacheKeys,
  entry: Entry<Params, Value, Context>,
  params: Params,
  entryKey = entry.keyOf(params),
): Passage<Params, Value> => new Passage(keys.value(entry, params, entryKey), entryKey, params, entry.sharedTags(params), entry.placedByKey);
