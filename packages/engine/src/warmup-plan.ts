import type { ParamSet, WarmupPayload } from "@caretaker/contracts";
import type { AnyEntry, Domain, ScopeContext } from "./domain.ts";
import { shortName } from "./entry-name.ts";

/** A value to be warmed. */
export interface WarmupTarget {
  readonly entry: AnyEntry;
  readonly params: ParamSet;
}

/** The entries that a warm-up writes: for each target, and once; those not asked for left out. */
export function chosenEntries({ warmup }: Domain, names?: readonly string[]) {
  const chosen = (entries: readonly AnyEntry[]) => entries.filter((entry) => !names || names.includes(shortName(entry)));
  return { perTarget: chosen(warmup.perTarget), once: chosen(warmup.once) };
}

/** Reads a parameter set as `entry` does, what it leaves open being taken from `asOf`. */
export const readParams = ({ warmup }: Domain, entry: AnyEntry, set: ParamSet, asOf: Date) =>
  entry.params.safeParse({ ...warmup.defaults?.[entry.name]?.(asOf), ...set });

/** The values that a scope's sets stand for: each set with each entry. */
export function scopeTargets({ warmup }: Domain, entries: readonly AnyEntry[], sets: readonly ParamSet[], asOf: Date): WarmupTarget[] {
  const completed = entries.map((entry) => ({ entry, defaults: warmup.defaults?.[entry.name]?.(asOf) }));
  return sets.flatMap((set) => completed.map(({ entry, defaults }) => ({ entry, params: defaults ? { ...set, ...defaults } : set })));
}

/** The values that a caller's sets stand for: each set with each of the entries that can read it. */
export function readTargets(domain: Domain, entries: readonly AnyEntry[], sets: readonly ParamSet[], asOf: Date): WarmupTarget[] {
  return sets.flatMap((set) =>
    entries.flatMap((entry) => {
      const read = readParams(domain, entry, set, asOf);
      return read.success ? [{ entry, params: read.data }] : [];
    }),
  );
}

/** Streams the parameter sets of a warm-up's scope in groups of `chunkSize`. */
export async function* chunksOfScope(domain: Domain, { scope, chunkSize }: WarmupPayload, context: ScopeContext): AsyncGenerator<ParamSet[]> {
  let chunk: ParamSet[] = [];
  for await (const batch of typeof scope === "string" ? domain.warmup.targets[scope](context) : [scope.params]) {
    for (const set of batch) {
      chunk.push(set);
      if (chunk.length < chunkSize) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
