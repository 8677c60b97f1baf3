import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { arrive } from "./arrive.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOfPlace } from "./fences.ts";
import { loadMissing } from "./load-missing.ts";
import type { Passage } from "./passage.ts";
import type { Place } from "./place.ts";
import { createStoredReader } from "./stored-value.ts";
import { type Patience, tryRedis } from "./try-redis.ts";

const firstPauseMs = 4;
const longestPauseMs = 50;

/**
 * Gives each passage its outcome with one load among all processes: who gets the lease of a key loads it, and the others
 * wait for what that one stores. A lease that was taken under another token holds nobody up, since what comes of it is
 * fenced; nor does any after `loadWaitMs`, or when Redis stops answering.
 */
export async function loadOnce<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  patience: Patience,
): Promise<void> {
  const id = randomBytes(6).toString("base64url");
  const deadline = performance.now() + core.loadWaitMs;
  const loads: Promise<void>[] = [];
  let waiting = passages;
  for (let pauseMs = firstPauseMs, left = patience; waiting.length > 0; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const claimed = await claim(core, entry, waiting, id, left);
    const answered = claimed !== undefined;
    const mine = answered && performance.now() < deadline ? claimed : waiting.filter(({ hasArrived }) => !hasArrived);
    if (mine.length > 0) loads.push(loadAndRelease(core, entry, mine, id, { answered, left }));
    const loading = new Set(mine);
    waiting = waiting.filter((passage) => !passage.hasArrived && !loading.has(passage));
    if (waiting.length > 0) await pause(pauseMs);
    left = { leftMs: core.readTimeoutMs };
  }
  await Promise.all(loads);
}

/** Notes the fences anew; gives those passages an outcome whose values have come, and resolves to those that got a lease. */
async function claim<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  id: string,
  patience: Patience,
): Promise<Passage<Params, Value>[] | undefined> {
  const fences = new Fences(core.keys);
  for (const passage of passages) passage.fences = fences.of(entry.tags(passage.params));
  const guards = new Set(passages.flatMap(({ fences: [guard] }) => guard ?? []));
  const others = fences.all.filter((fence) => !guards.has(fence));
  const answers = await tryRedis(core, entry.name, patience, () =>
    Promise.all([core.leases.claim(passages, id, core.loadWaitMs), core.l2.tokens(others.map(({ key }) => key))]),
  );
  if (!answers) return undefined;
  const [claims, tokens] = answers;
  note(others, tokens, core.l2.life);
  const read = createStoredReader(entry);
  for (const [index, passage] of passages.entries()) {
    const stored = claims[index]?.stored;
    if (stored) passage.kept = read(stored, tokenOfPlace(passage));
  }
  arrive(core, entry, passages);
  const leased = passages.filter((_passage, index) => claims[index]?.leased);
  const there = leased.filter(({ hasArrived }) => hasArrived);
  if (there.length > 0) release(core, there, id);
  return leased.filter(({ hasArrived }) => !hasArrived);
}

async function loadAndRelease<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  id: string,
  { answered, left }: { answered: boolean; left: Patience },
): Promise<void> {
  await loadMissing(core, entry, passages, { bypass: false, answered, patience: left });
  release(core, passages, id);
}

/** Also when a claim was not answered: it may have been heard. Nobody waits for it, since a lease that stays ends by itself. */
function release<Context>(core: CacheCore<Context>, places: readonly Place[], id: string): void {
  core.leases.release(places, id).catch(() => {});
}
