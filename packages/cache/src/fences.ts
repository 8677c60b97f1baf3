import type { CacheKeys } from "./cache-keys.ts";
import type { Entry } from "./entry.ts";
import type { Fence } from "./fence.ts";
import type { Place } from "./place.ts";
import type { Life } from "./server-life.ts";

/** Fences that Redis has told nothing of: nothing can be stored under them. */
export const unknownFences: readonly Fence[] = [Object.freeze({ key: "" })];

const none: readonly Fence[] = [];
const isUnknown = ({ token }: Fence) => !token;
const keyOf = ({ key }: Fence) => key;

/** The fences of one operation, one for each tag. */
export class Fences {
  readonly all: Fence[] = [];
  readonly #keys: CacheKeys;
  readonly #ofTag = new Map<string, Fence>();
  #last: { readonly tags: readonly string[]; readonly fences: readonly Fence[] } = { tags: [], fences: none };

  constructor(keys: CacheKeys) {
    this.#keys = keys;
  }

  get keys(): string[] {
    return this.all.map(keyOf);
  }

  /** Where a value of an entry is, and the fences that it is to be stored under. */
  placeOf<Params extends object>(entry: Entry<Params, unknown, never>, params: Params): Place {
    const tags = entry.tags(params);
    return { key: this.#keys.value(entry, params, entry.keyOf(params), tags[0]), fences: this.of(tags), selfGuarded: entry.placedByKey };
  }

  /** Where the values of some targets are. */
  keysOf<Params extends object>(targets: readonly { readonly entry: Entry<Params, unknown, never>; readonly params: Params }[]): string[] {
    const keys: string[] = [];
    for (const { entry, params } of targets) keys.push(this.placeOf(entry, params).key);
    return keys;
  }

  /** Values that come one after the other often have the same tags. */
  of(tags: readonly string[]): readonly Fence[] {
    if (tags.length === 0) return none;
    if (areSame(tags, this.#last.tags)) return this.#last.fences;
    const fences = new Array<Fence>(tags.length); // one that grows takes room for 16
    for (let index = 0; index < tags.length; index++) fences[index] = this.#of(tags[index] as string);
    this.#last = { tags, fences };
    return fences;
  }

  /**
   * Notes the tokens that are not known yet; from now on an invalidation is noticed when they are compared. `ask` resolves
   * to the tokens of fences, or to nothing if they can't be had before the load begins.
   */
  async take({ life }: { readonly life: Pick<Life, "of"> }, ask: (fenceKeys: string[]) => Promise<string[] | undefined>): Promise<void> {
    const unknown = this.all.filter(isUnknown);
    if (unknown.length === 0) return;
    const tokens = await ask(unknown.map(keyOf));
    if (tokens) note(unknown, tokens, life);
  }

  /** Notes which lives the servers are in, for values that need no tokens. */
  async seeLives({ life }: { readonly life: Life }): Promise<void> {
    const [first] = this.all;
    await life.within(first?.key, () => Promise.resolve());
    for (const fence of this.all) fence.life = life.of(fence.key);
  }

  #of(tag: string): Fence {
    const known = this.#ofTag.get(tag);
    if (known) return known;
    const fence = { key: this.#keys.fence(tag), token: undefined, life: undefined };
    this.all.push(fence);
    this.#ofTag.set(tag, fence);
    return fence;
  }
}

function areSame(tags: readonly string[], others: readonly string[]): boolean {
  if (tags === others) return true;
  if (tags.length !== others.length) return false;
  for (let index = 0; index < tags.length; index++) if (tags[index] !== others[index]) return false;
  return true;
}

/** Notes what Redis, in its present life, has for tokens. */
export function note(fences: readonly Fence[], tokens: readonly (string | null | undefined)[], life: Pick<Life, "of">): void {
  for (let index = 0; index < fences.length; index++) {
    const fence = fences[index] as Fence;
    fence.token = tokens[index] ?? undefined;
    fence.life = life.of(fence.key);
  }
}

/** What a value carries: the tokens of the fences that readers look at, and the lives of the servers that told them. */
function tokenOf(fences: readonly Fence[], life = fences[0]?.life ?? ""): string {
  if (fences.length === 0) return `@${life}`;
  let tokens = "";
  let isOneLife = true;
  for (const fence of fences) {
    tokens += `${fence === fences[0] ? "" : ","}${fence.token ?? ""}`;
    isOneLife &&= fence.life === life;
  }
  return isOneLife ? `${tokens}@${life}` : `${tokens}@${[life, ...fences.map((fence) => fence.life)].join(",")}`;
}

/** `tokenOf` for many values: those that come one after the other often have the same. */
export function createTokenOf(): typeof tokenOf {
  let last: { readonly fences: readonly Fence[]; readonly life: string } | undefined;
  let token = "";
  return (fences, life = fences[0]?.life ?? "") => {
    if (last?.fences === fences && last.life === life) return token;
    last = { fences, life };
    token = tokenOf(fences, life);
    return token;
  };
}

/** `tokenOfPlace` for many places whose tokens have been taken: those that come one after the other often have the same fences. */
export class Tokens {
  #last: { place: Place; token: string } | undefined;

  of(place: Place): string {
    const last = this.#last;
    if (last?.place.fences === place.fences && last.place.selfGuarded === place.selfGuarded) return last.token;
    const token = tokenOfPlace(place);
    this.#last = { place, token };
    return token;
  }
}

/** What a value carries that is stored under these fences. */
export const tokenOfPlace = ({ fences, selfGuarded }: Place): string =>
  tokenOf(!selfGuarded ? fences : fences.length === 1 ? none : fences.slice(1), fences[0]?.life);
