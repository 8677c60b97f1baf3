import type { ParamSet, WarmupPayload } from "@caretaker/contracts";
import type { AnyEntry, Domain, ScopeContext, WarmupPart } from "./domain.ts";
import { shortName } from "./entry-name.ts";

/** A value to be warmed. */
export interface WarmupTarget {
  readonly entry: AnyEntry;
  readonly params: ParamSet;
}

/** Sets, and the entries that each of them is for. */
export interface WarmupChunk {
  readonly entries: readonly AnyEntry[];
  readonly sets: ParamSet[];
}

/** The entries that names stand for, each by its own or in a group; all of the domain if none were named. */
export function chosenEntries({ entries, warmup }: Domain, names?: readonly string[]): AnyEntry[] {
  const chosen = names?.flatMap((name) => warmup.groups?.[name] ?? entries.filter((entry) => shortName(entry) === name));
  return chosen ? [...new Set(chosen)] : [...entries];
}

/** Which of some entries take no parameters in a warm-up, and which do. */
export function splitOnce({ warmup }: Domain, entries: readonly AnyEntry[]) {
  const once = new Set(warmup.parts.flatMap((part) => (part.targets ? [] : part.entries)));
  return { once: entries.filter((entry) => once.has(entry)), perTarget: entries.filter((entry) => !once.has(entry)) };
}

/** Reads a parameter set as `entry` does, what it leaves open being taken from `asOf`. */
export const readParams = ({ warmup }: Domain, entry: AnyEntry, set: ParamSet, asOf: Date) =>
  entry.params.safeParse({ ...warmup.defaults?.[entry.name]?.(asOf), ...set });

/** The values that a scope's sets stand for: each set with each entry. */
export function scopeTargets({ warmup }: Domain, entries: readonly AnyEntry[], sets: readonly ParamSet[], asOf: Date): WarmupTarget[] {
  const completed = entries.map((entry) => ({ entry, defaults: warmup.defaults?.[entry.name]?.(asOf) }));
  const targets: WarmupTarget[] = [];
  for (const set of sets) {
    for (const { entry, defaults } of completed) targets.push({ entry, params: defaults ? { ...defaults, ...set } : set });
  }
  return targets;
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

/** What was asked for most of an entry, and is about to expire. */
export type Popular = (entry: AnyEntry) => Promise<ParamSet[]>;

/** Streams what a warm-up of a scope writes, in groups of `chunkSize` sets. */
export async function* chunksOfScope(
  domain: Domain,
  { scope, chunkSize, entries: names }: WarmupPayload,
  { popular, ...context }: ScopeContext & { popular: Popular },
): AsyncGenerator<WarmupChunk> {
  const chosen = chosenEntries(domain, names);
  if (scope === "popular") {
    for (const entry of chosen) yield* chunksOf([entry], [await popular(entry)], chunkSize);
    return;
  }
  const { once, perTarget } = splitOnce(domain, chosen);
  yield* chunksOf(once, [[{}]], chunkSize);
  if (typeof scope !== "string") return yield* chunksOf(perTarget, [scope.params], chunkSize);
  for (const { entries, targets } of domain.warmup.parts) {
    const wanted = entries.filter((entry) => perTarget.includes(entry));
    if (targets && wanted.length > 0) yield* chunksOf(wanted, targets[scope](context), chunkSize);
  }
}

async function* chunksOf(
  entries: WarmupPart["entries"],
  batches: AsyncIterable<ParamSet[]> | Iterable<ParamSet[]>,
  chunkSize: number,
): AsyncGenerator<WarmupChunk> {
  if (entries.length === 0) return;
  let sets: ParamSet[] = [];
  for await (const batch of batches) {
    for (const set of batch) {
      sets.push(set);
      if (sets.length < chunkSize) continue;
      yield { entries, sets };
      sets = [];
    }
  }
  if (sets.length > 0) yield { entries, sets };
}
