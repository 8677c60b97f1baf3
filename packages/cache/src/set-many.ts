import type { CacheCore } from "./cache-core.ts";
import { checked } from "./checked.ts";
import type { Entry } from "./entry.ts";
import { Fences } from "./fences.ts";
import { writeOf } from "./write-of.ts";

/** What became of values to be stored; those that Redis was not there for are in neither. */
export interface SetResult {
  written: number;
  /** Invalidated meanwhile, so not stored. */
  fenced: number;
}

/**
 * A value to be stored, or what computes it. What computes is called when the fences are noted, so that nothing is stored
 * which is invalidated meanwhile; a value that stands already counts as of now.
 */
export type Given<Value> = Value | null | (() => Value | null | Promise<Value | null>);

type Compute<Value> = () => Value | null | Promise<Value | null>;

/** Stores values; none if Redis is away. Throws if a value can't be computed or does not fit its schema. */
export async function setMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  values: readonly { params: Params; value: Given<Value> }[],
): Promise<SetResult> {
  if (entry.memoryOnly) return keep(core, entry, values);
  const textOf = (value: Value | null) => JSON.stringify(checked(entry, value));
  const texts = values.map(({ value }) => (typeof value === "function" ? (value as Compute<Value>) : textOf(value)));
  const fences = new Fences(core.keys);
  const places = values.map(({ params }) => ({ key: core.keys.value(entry, params), fences: fences.of(entry.tags(params)) }));
  const keys = places.map(({ key }) => key);
  try {
    if (!core.breaker.closed) throw new Error("Redis does not answer at present");
    await fences.take(core.l2, (fenceKeys) => core.l2.tokens(fenceKeys));
    const done = texts.some((text) => typeof text === "function") ? await Promise.all(texts.map((text) => computed(text, textOf))) : texts;
    const fenced = await core.l2.write(places.map((place, index) => writeOf(core, entry, place, done[index] as string)));
    await core.bus.announce({ keys });
    return { written: places.length - fenced, fenced };
  } catch (error) {
    if (error instanceof ComputeFailed) throw error.cause;
    core.events.emit("failure", { entry: entry.name, tier: "l2", error: error as Error });
    return { written: 0, fenced: 0 };
  } finally {
    core.drop({ keys });
  }
}

/** Stores the values of an entry that only memory has. */
async function keep<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  values: readonly { params: Params; value: Given<Value> }[],
): Promise<SetResult> {
  for (const { params, value: given } of values) {
    const value = checked(entry, typeof given === "function" ? await (given as Compute<Value>)() : given);
    const text = JSON.stringify(value);
    const { key, cachedAt, expiresAt } = writeOf(core, entry, { key: core.keys.value(entry, params), fences: [] }, text);
    core.drop({ keys: [key] });
    core.memory.set(key, { value, cachedAt, expiresAt, length: text.length }, entry.tags(params), entry);
  }
  return { written: values.length, fenced: 0 };
}

/** Tells the caller's errors from those of Redis. */
class ComputeFailed extends Error {}

async function computed<Value>(text: string | Compute<Value>, textOf: (value: Value | null) => string): Promise<string> {
  try {
    return typeof text === "string" ? text : textOf(await text());
  } catch (cause) {
    throw new ComputeFailed("", { cause });
  }
}
