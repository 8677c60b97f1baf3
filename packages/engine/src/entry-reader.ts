import type { Cache } from "@caretaker/cache";
import type { ParamSet } from "@caretaker/contracts";
import { definePort, PermanentFailure } from "@caretaker/queue";
import type { AnyEntry, Domain, LoadContext } from "./domain.ts";
import { findEntry } from "./entry-name.ts";
import { type BoundPort, standIn } from "./ports.ts";

/** Values of any domain's entries through the cache, in the order of the parameter sets; `null` where there is no such thing. */
export type EntryReader = (entry: string, sets: readonly ParamSet[]) => Promise<unknown[]>;

/** The entries of all domains by their full names, for jobs of a domain that must not know another one's code. */
export const entryReader = definePort<EntryReader, Record<never, never>>({
  name: "entries",
  env: {},
  create() {
    throw new Error("the engine gives this port its service");
  },
});

/** The reader over the cache. A name that is no entry's is a failure for good. */
export function readEntriesOf(domains: readonly Domain[], cache: Cache<LoadContext>): BoundPort {
  return standIn(entryReader, async (name, sets) => {
    const [domainName = "", entryName = ""] = name.split(/\.(.*)/s);
    const domain = domains.find((candidate) => candidate.name === domainName);
    const entry = domain && findEntry(domain, entryName);
    if (!entry) throw new PermanentFailure(`there is no entry ${name}`);
    return cache.getMany(
      entry,
      sets.map((set) => read(entry, set)),
    );
  });
}

function read(entry: AnyEntry, set: ParamSet) {
  const parsed = entry.params.safeParse(set);
  if (!parsed.success) throw new PermanentFailure(`these are no parameters of ${entry.name}: ${JSON.stringify(set)}`);
  return parsed.data;
}
