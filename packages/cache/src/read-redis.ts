import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { createTokenOf, Fences, note } from "./fences.ts";
import type { Passage } from "./passage.ts";
import { createStoredReader } from "./stored-value.ts";
import { type Patience, tryRedis } from "./try-redis.ts";

/** Many values are asked for in so many parts, so that those that have come are read while Redis looks for the next ones. */
const parts = 5;
/** Fewer values in a part cost more to send than they save. */
const smallestPart = 20;

/** Notes at each passage what Redis has; resolves to nothing if it did not say so in time. All are asked for at once: that takes one round trip. */
export function readRedis<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  patience: Patience,
): Promise<true | undefined> {
  const ask = () => (passages.length <= smallestPart ? readPart(core, entry, passages) : readParts(core, entry, passages));
  return tryRedis(core, entry.name, patience, ask);
}

async function readParts<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
): Promise<true> {
  const size = Math.max(smallestPart, Math.ceil(passages.length / parts));
  const reads: Promise<true>[] = [];
  for (let from = 0; from < passages.length; from += size) reads.push(readPart(core, entry, passages.slice(from, from + size)));
  await Promise.all(reads);
  return true;
}

async function readPart<Params extends object, Value, Context>(
  { keys: names, l2 }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
): Promise<true> {
  const fences = new Fences(names);
  const guards = passages.map(({ tags }) => fences.of(tags));
  const looked = fences.all;
  const keys = looked.map(({ key }) => key);
  for (const { key } of passages) keys.push(key);
  const found = await l2.read(keys);
  const { life } = l2;
  note(looked, found, life);
  const tokenOf = createTokenOf();
  const read = createStoredReader(entry);
  for (let index = 0; index < passages.length; index++) {
    const stored = found[looked.length + index];
    if (!stored) continue;
    const passage = passages[index] as Passage<Params, Value>;
    const guarding = guards[index] as (typeof guards)[number];
    passage.kept = read(stored, tokenOf(guarding, entry.placedByKey ? life.of(passage.key) : undefined));
  }
  return true;
}
