import type { CacheCore } from "./cache-core.ts";
import { newToken } from "./fence-token.ts";
import { Fences, note, tokenOfPlace } from "./fences.ts";
import { lastPartMs } from "./last-part.ts";
import type { Place } from "./place.ts";
import { freshUntil } from "./stored-value.ts";
import type { WarmItem, WarmOptions, WarmTarget } from "./warm-target.ts";

/** So many values of an entry are worth a look whether any is there: at one in so many. */
const many = 500;
const sampled = 16;

/** The targets that are not fresh (with `renew`, not for long), or all with `force`, with the tokens that their fences have before the load. */
export async function itemsDue<Context>(core: CacheCore<Context>, targets: readonly WarmTarget<Context>[], options: WarmOptions<Context>) {
  const { keys, l2, clock, defaultTtlMs } = core;
  const { force, renew, signal } = options;
  const fences = new Fences(keys);
  const items = targets.map((target) => itemOf(fences, target));
  note(fences.all, await l2.read(fences.all.map(({ key }) => key)), l2.life);
  signal?.throwIfAborted();
  const raised = newToken(Date.now());
  await fences.take(l2, (fenceKeys) => l2.tokens(fenceKeys, raised));
  if (force) return items;
  const asked = await itemsThere(
    core,
    items.filter((item) => !isCold(item, raised)),
  );
  const found = await l2.read(asked.map(({ key }) => key));
  const now = clock();
  const fresh = new Set<WarmItem<Context>>();
  for (let index = 0; index < asked.length; index++) {
    const [item, stored] = [asked[index] as WarmItem<Context>, found[index]];
    if (stored && freshUntil(stored, tokenOfPlace(item)) > now + (renew ? lastPartMs(item.entry, defaultTtlMs) : 0)) fresh.add(item);
  }
  return fresh.size === 0 ? items : items.filter((item) => !fresh.has(item));
}

/**
 * The items of those entries of which Redis has something: of each that has many, one in so many is asked for first, and if
 * none is there, the others are not asked for. One that is there all the same is loaded needlessly.
 */
async function itemsThere<Context>({ l2 }: CacheCore<Context>, items: readonly WarmItem<Context>[]): Promise<readonly WarmItem<Context>[]> {
  if (items.length < many) return items;
  const groups = [...Map.groupBy(items, ({ entry }) => entry).values()];
  const samples = groups.map((group) => (group.length < many ? [] : group.filter((_item, index) => index % sampled === 0)));
  const found = await l2.read(samples.flat().map(({ key }) => key));
  let from = 0;
  const there = groups.filter((_group, index) => {
    const { length } = samples[index] as WarmItem<Context>[];
    const stored = found.slice(from, from + length);
    from += length;
    return length === 0 || stored.some((text) => text !== null);
  });
  return there.length === groups.length ? items : there.flat();
}

function itemOf<Context>(fences: Fences, { entry, params }: WarmTarget<Context>): WarmItem<Context> {
  const { key, fences: own, selfGuarded } = fences.placeOf(entry, params);
  return { entry, params, key, fences: own, selfGuarded };
}

/** Whether a fence that a value would have to name has only just been raised, by this warm-up: then there is no such value. */
const isCold = ({ fences, selfGuarded }: Place, raised: string): boolean =>
  fences.some(({ token }, index) => token === raised && !(selfGuarded && index === 0));
