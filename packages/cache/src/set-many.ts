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

/** Stores values; none if Redis is away. Throws if a value does not fit its schema. */
export async function setMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  values: readonly { params: Params; value: Value | null }[],
): Promise<SetResult> {
  const texts = values.map(({ value }) => JSON.stringify(checked(entry, value)));
  const fences = new Fences(core.keys);
  const places = values.map(({ params }) => ({ key: core.keys.value(entry, params), fences: fences.of(entry.tags(params)) }));
  const keys = places.map(({ key }) => key);
  try {
    await fences.take(core.l2, (fenceKeys) => core.l2.tokens(fenceKeys));
    const fenced = await core.l2.write(places.map((place, index) => writeOf(core, entry, place, texts[index] as string)));
    await core.bus.announce({ keys });
    return { written: places.length - fenced, fenced };
  } catch (error) {
    core.events.emit("failure", { entry: entry.name, tier: "l2", error: error as Error });
    return { written: 0, fenced: 0 };
  } finally {
    core.drop({ keys });
  }
}
