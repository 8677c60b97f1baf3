import type { CacheKeys } from "./cache-keys.ts";
import type { Life } from "./server-life.ts";

/** What guards the values of a tag: they have to carry its token. */
export interface Fence {
  readonly key: string;
  /** As it was before the load began; none if Redis did not tell. */
  token?: string | undefined;
  /** Of the server that told the token. */
  life?: string;
}

/** The fences of one operation, one for each tag. */
export class Fences {
  readonly #keys: CacheKeys;
  readonly #ofTag = new Map<string, readonly [Fence]>();

  constructor(keys: CacheKeys) {
    this.#keys = keys;
  }

  of(tags: readonly string[]): readonly Fence[] {
    const [only] = tags;
    return only !== undefined && tags.length === 1 ? this.#of(only) : tags.flatMap((tag) => this.#of(tag));
  }

  /**
   * Notes the tokens that are not known yet; from now on an invalidation is noticed when they are compared. `ask` resolves
   * to the tokens of fences, or to nothing if they can't be had before the load begins.
   */
  async take({ life }: { readonly life: Pick<Life, "of"> }, ask: (fenceKeys: string[]) => Promise<string[] | undefined>): Promise<void> {
    const unknown = [...this].filter(({ token }) => !token);
    if (unknown.length === 0) return;
    const tokens = await ask(unknown.map(({ key }) => key));
    if (tokens) note(unknown, tokens, life);
  }

  *[Symbol.iterator](): Generator<Fence> {
    for (const [fence] of this.#ofTag.values()) yield fence;
  }

  #of(tag: string): readonly [Fence] {
    const known = this.#ofTag.get(tag);
    if (known) return known;
    const fence = [{ key: this.#keys.fence(tag) }] as const;
    this.#ofTag.set(tag, fence);
    return fence;
  }
}

/** Notes what Redis, in its present life, has for tokens. */
export function note(fences: readonly Fence[], tokens: readonly (string | null | undefined)[], life: Pick<Life, "of">): void {
  for (const [index, fence] of fences.entries()) {
    fence.token = tokens[index] ?? undefined;
    fence.life = life.of(fence.key);
  }
}

/** What a value carries that all of these fences guard: their tokens and the lives of the servers that told them. */
export function tokenOf(fences: readonly Fence[]): string {
  const [first] = fences;
  if (first && fences.length === 1) return `${first.token ?? ""}@${first.life ?? ""}`;
  const lives = new Set(fences.map(({ life }) => life ?? ""));
  return `${fences.map(({ token }) => token ?? "").join(",")}@${lives.size === 1 ? (first?.life ?? "") : fences.map(({ life }) => life).join(",")}`;
}
