import type { CacheCore } from "./cache-core.ts";
import { defineEntry, type EntryFacts } from "./entry.ts";
import { getMany } from "./get-many.ts";

/** A function whose results are cached, as those of an entry that has these facts. */
export function wrap<const Name extends string, Params extends object, Value, const Template extends string, Context>(
  core: CacheCore<Context>,
  facts: EntryFacts<Name, Params, Value, Template>,
  fn: (params: Params, context: Context) => Value | null | Promise<Value | null>,
): (params: Params) => Promise<Value | null> {
  const entry = defineEntry({ ...facts, load: async (params: Params, context: Context) => fn(params, context) });
  return async (params) => (await getMany(core, entry, [params]))[0] as Value | null;
}
