import type { CacheCore } from "./cache-core.ts";
import { newToken } from "./fence-token.ts";
import { type Fences, note, tokenOfPlace } from "./fences.ts";
import { lastPartMs } from "./last-part.ts";
import type { Place } from "./place.ts";
import { freshUntil } from "./stored-value.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";

/** So many values of an entry are worth a look whether any is there: at one in so many. */
const many = 500;
const sampled = 16;

/**
 * The targets that are not fresh (with `renew`, not for long), or all with `force`. `fences` learns the tokens that their
 * fences have before the load. Nothing is kept of a target while it is loaded: what a chunk keeps is copied by the collector.
 */
export async function targetsDue<Context>(
  { l2, clock, defaultTtlMs }: CacheCore<Context>,
  fences: Fences,
  targets: readonly WarmTarget<Context>[],
  { force, renew, signal }: WarmOptions<Context>,
): Promise<readonly WarmTarget<Context>[]> {
  for (const { entry, params } of targets) fences.of(entry.tags(params));
  note(fences.all, await l2.read(fences.keys), l2.life);
  signal?.throwIfAborted();
  const raised = newToken(Date.now());
  await fences.take(l2, (fenceKeys) => l2.tokens(fenceKeys, raised));
  if (force) return targets;
  const asked = await targetsThere(l2, fences, notCold(fences, targets, raised));
  const found = await l2.read(fences.keysOf(asked));
  const now = clock();
  const fresh = new Set<WarmTarget<Context>>();
  for (let index = 0; index < asked.length; index++) {
    const [target, stored] = [asked[index] as WarmTarget<Context>, found[index]];
    if (!stored) continue;
    const { entry, params } = target;
    const until = freshUntil(stored, tokenOfPlace(fences.placeOf(entry, params)));
    if (until > now + (renew ? lastPartMs(entry, defaultTtlMs) : 0)) fresh.add(target);
  }
  return fresh.size === 0 ? targets : targets.filter((target) => !fresh.has(target));
}

/**
 * The targets of those entries of which Redis has something: of each that has many, one in so many is asked for first, and if
 * none is there, the others are not asked for. One that is there all the same is loaded needlessly.
 */
async function targetsThere<Context>(
  l2: CacheCore<Context>["l2"],
  fences: Fences,
  targets: readonly WarmTarget<Context>[],
): Promise<readonly WarmTarget<Context>[]> {
  if (targets.length < many) return targets;
  const groups = [...Map.groupBy(targets, entryOf).values()];
  const samples = groups.map((group) => (group.length < many ? [] : group.filter(isSampled)));
  const found = await l2.read(fences.keysOf(samples.flat()));
  let from = 0;
  const there = groups.filter((_group, index) => {
    const { length } = samples[index] as WarmTarget<Context>[];
    const stored = found.slice(from, from + length);
    from += length;
    return length === 0 || stored.some((text) => text !== null);
  });
  return there.length === groups.length ? targets : there.flat();
}

const entryOf = <Context>({ entry }: WarmTarget<Context>) => entry;
const isSampled = (_target: unknown, index: number) => index % sampled === 0;

/** The targets without those of which there is nothing, since this warm-up has only just raised a fence that they would have to name. */
function notCold<Context>(fences: Fences, targets: readonly WarmTarget<Context>[], raised: string): readonly WarmTarget<Context>[] {
  if (!fences.all.some(({ token }) => token === raised)) return targets;
  return targets.filter(({ entry, params }) => !isCold(fences.placeOf(entry, params), raised));
}

const isCold = ({ fences, selfGuarded }: Place, raised: string): boolean =>
  fences.some(({ token }, index) => token === raised && !(selfGuarded && index === 0));
