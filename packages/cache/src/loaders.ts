import { mapAtOnce } from "./map-at-once.ts";
import type { Source } from "./source.ts";

type LoadOne<Params, Value, Context> = (params: Params, context: Context) => Promise<Value | null>;
type LoadMany<Params, Value, Context> = (params: readonly Params[], context: Context) => Promise<readonly (Value | null)[]>;

/** How an entry loads by itself; `null` says that there is no such thing. */
export type Loaders<Params, Value, Context> =
  | {
      /** Loads one value; many are loaded ten at a time. */
      load: LoadOne<Params, Value, Context>;
      loadMany?: never;
    }
  | {
      /** Loads many values, in order, with one query. */
      loadMany: LoadMany<Params, Value, Context>;
      /** Loads one value, where that can be done for less than `loadMany` takes. */
      load?: LoadOne<Params, Value, Context>;
    };

const loadsAtOnce = 10;

/** An entry's own loaders as its source. */
export function loadersAsSource<Params, Value, Context>({ name, load, loadMany }: Loaders<Params, Value, Context> & { name: string }) {
  const many: LoadMany<Params, Value, Context> =
    loadMany ?? ((sets, context) => mapAtOnce(loadsAtOnce, sets, (params) => (load as LoadOne<Params, Value, Context>)(params, context)));
  const source: Source<Params, Value | null, Context> = {
    name,
    load: async (sets, context) => (load && sets.length === 1 ? [await load(sets[0] as Params, context)] : many(sets, context)),
  };
  return { source, request: (params: Params) => params, compute: (data: Value | null) => data };
}
