/**
 * Loads what several entries are computed from, many at a time: `load` takes requests and gives an answer for each, in
 * their order, with as few queries as it can. Entries that share a source are warmed from one call.
 */
export interface Source<Request, Data, Context> {
  readonly name: string;
  load(requests: readonly Request[], context: Context): Promise<readonly Data[]>;
}

/** Declares a source. */
export const defineSource = <Request, Data, Context>(source: Source<Request, Data, Context>): Source<Request, Data, Context> => Object.freeze(source);
