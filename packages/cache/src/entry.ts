import type { Duration } from "@caretaker/contracts";
import { declaredNames, schemaFingerprint, toMs } from "@caretaker/contracts";
import type { ExistenceFacts } from "./existence-filter.ts";
import { compileKey, type KeyTemplate } from "./key.ts";
import { type Loaders, loadersAsSource } from "./loaders.ts";
import { compileHash } from "./params-hash.ts";
import type { Schema } from "./schema.ts";
import type { Source } from "./source.ts";

export interface EntryFacts<Name extends string, Params extends object, Value, Template extends string> {
  /** Unique among the entries of one cache, such as `learning.daily-stats`. */
  name: Name;
  /** Such as `user:{userId}:daily:{date}`; a placeholder that is no parameter does not compile. */
  key: KeyTemplate<Template, Params>;
  params: Schema<Params>;
  value: Schema<Value>;
  /** How long a value is fresh. Default: what the cache says, which is 300 s if it says nothing. */
  ttl?: Duration;
  /** How long a process may keep it in its memory, never longer than what is left of `ttl`. Default 60 s. */
  memoryTtl?: Duration;
  /** How long "there is no such thing" is remembered. Default 60 s. */
  emptyTtl?: Duration;
  /** How long after its `ttl` a value may stand in for a failed load. Default: not at all. */
  grace?: Duration;
  /**
   * What a value depends on; invalidating one of these drops it. The first one places its keys. A list that was handed out
   * must not change any more: to hand out the same one again says that nothing has. Default: its own key.
   */
  tags?: (params: Params) => readonly string[];
  /** What `clear` drops as a whole. Default: none. */
  namespace?: string;
  /** Says which values can't exist, so that nobody is asked for them; say what exists with `cache.filter`. Default: all may. */
  existence?: ExistenceFacts<Params>;
  /** Which values a warm-up checks by the schema. `first` is for loaders that name each field of what they give. Default `every`. */
  warmCheck?: "every" | "first";
  /** Where values are kept; with `["memory"]` each process keeps its own and Redis knows nothing of them. Default: both. */
  tiers?: readonly ["memory"] | readonly ["memory", "redis"];
}

const defaultTtl = "300s";

/** What all values of a namespace depend on. */
export const namespaceTag = (namespace: string): string => `namespace/${namespace}`;

interface Computed<Params, Value, Request, Data, Context> {
  from: Source<Request, Data, Context>;
  /** What to ask the source for. */
  request: (params: Params, context: Context) => Request;
  /** The value that follows from its answer; `null` says that there is no such thing. */
  compute: (data: Data, params: Params, context: Context) => Value | null;
}

/** One kind of cached value: how it is named, checked, kept and loaded. Frozen data; a cache acts on it. */
export interface Entry<Params extends object = object, Value = unknown, Context = unknown> {
  readonly name: string;
  readonly key: string;
  readonly params: Schema<Params>;
  readonly value: Schema<Value>;
  /** Of `value`: what was stored under another one is checked before it is served. */
  readonly fingerprint: string;
  readonly ttlMs: number;
  /** Whether `ttlMs` is declared; if not, the cache's own default counts. */
  readonly ownTtl: boolean;
  readonly memoryTtlMs: number;
  readonly emptyTtlMs: number;
  readonly graceMs: number;
  readonly memoryOnly: boolean;
  readonly warmCheck: "every" | "first";
  readonly existence?: ExistenceFacts<Params> | undefined;
  readonly keyOf: (params: Params) => string;
  /** The declared parameters; none if they are not known. */
  readonly names: readonly string[];
  /** A hash of these, by which memory finds a value faster than by its key; -1 if there is none. */
  readonly hashOf: (params: Params) => number;
  /** Whether a value's first tag is its own key. */
  readonly placedByKey: boolean;
  readonly tags: (params: Params) => readonly string[];
  /** Those of its tags that other values may have as well: all but its own key, if that is one. */
  readonly sharedTags: (params: Params) => readonly string[];
  readonly source: Source<unknown, unknown, Context>;
  readonly request: (params: Params, context: Context) => unknown;
  readonly compute: (data: unknown, params: Params, context: Context) => Value | null;
}

/**
 * Declares an entry that loads by itself (`load` for one value, `loadMany` for many, or both), or that is computed from a
 * source which it shares with others (`from`, `request`, `compute`).
 */
export function defineEntry<
  const Name extends string,
  Params extends object,
  Value,
  Context,
  const Template extends string,
  Request = Params,
  Data = Value | null,
>(
  facts: EntryFacts<Name, Params, Value, Template> & (Computed<Params, Value, Request, Data, Context> | Loaders<Params, Value, Context>),
): Entry<Params, Value, Context> {
  const ttlMs = toMs(facts.ttl ?? defaultTtl);
  const names = declaredNames(facts.params);
  const keyOf = compileKey<Params>(facts.key as string, names);
  const memoryOnly = facts.tiers?.length === 1;
  const loading = "from" in facts ? { source: facts.from, request: facts.request, compute: facts.compute } : loadersAsSource(facts);
  return Object.freeze({
    name: facts.name,
    key: facts.key,
    params: facts.params,
    value: facts.value,
    fingerprint: schemaFingerprint(facts.value),
    ttlMs,
    ownTtl: facts.ttl !== undefined,
    memoryTtlMs: facts.memoryTtl || !memoryOnly ? toMs(facts.memoryTtl ?? "60s") : Number.POSITIVE_INFINITY,
    emptyTtlMs: toMs(facts.emptyTtl ?? "60s"),
    graceMs: toMs(facts.grace ?? "0s"),
    memoryOnly,
    warmCheck: facts.warmCheck ?? "every",
    existence: facts.existence,
    keyOf,
    names: names ?? none,
    hashOf: compileHash<Params>(facts.name, names),
    placedByKey: !facts.tags,
    ...tagsOf(facts, keyOf),
    ...loading,
  }) as Entry<Params, Value, Context>;
}

function tagsOf<Params extends object>(
  { tags, namespace }: Pick<EntryFacts<string, Params, unknown, string>, "tags" | "namespace">,
  keyOf: (params: Params) => string,
): Pick<Entry<Params>, "tags" | "sharedTags"> {
  const whole = namespace === undefined ? none : [namespaceTag(namespace)];
  const declared = tags && (namespace === undefined ? tags : withOthers(tags, whole));
  if (declared) return { tags: declared, sharedTags: declared };
  return { tags: (params) => [keyOf(params), ...whole], sharedTags: () => whole };
}

/** The tags of parameters with some others. The latest are shared by those that come next with the same list of their own. */
function withOthers<Params>(tags: (params: Params) => readonly string[], others: readonly string[]): (params: Params) => readonly string[] {
  let last: { own: readonly string[]; all: readonly string[] } = { own: none, all: others };
  return (params) => {
    const own = tags(params);
    if (own !== last.own) last = { own, all: joined(own, others) };
    return last.all;
  };
}

/** Spread, the second list is put in one by one, into room for 16 more. */
function joined(first: readonly string[], second: readonly string[]): string[] {
  const both = new Array<string>(first.length + second.length);
  for (let index = 0; index < both.length; index++) both[index] = (first[index] ?? second[index - first.length]) as string;
  return both;
}

const none: readonly string[] = [];
