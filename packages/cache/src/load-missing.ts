import { askSource } from "./ask-source.ts";
import type { CacheCore } from "./cache-core.ts";
import { checked } from "./checked.ts";
import type { Entry } from "./entry.ts";
import { LoadFailed } from "./load-failed.ts";
import type { Passage } from "./passage.ts";
import { Sent } from "./sent.ts";
import type { Write } from "./store-batch.ts";
import type { CachedValue } from "./stored-value.ts";
import { type Patience, tryRedis } from "./try-redis.ts";
import { writeOf } from "./write-of.ts";

export interface LoadOptions {
  /** Whether this is said to the reader. */
  readonly bypass: boolean;
  readonly patience: Patience;
  /** Whether Redis answers; if not, it is not asked again. */
  readonly answered: boolean;
}

interface Loaded<Params, Value> {
  readonly passage: Passage<Params, Value>;
  readonly value: CachedValue<Value>;
  readonly write: Write;
}

/** Gives each passage its outcome from one load, and leaves what it brings in both tiers unless it is invalidated meanwhile. */
export async function loadMissing<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  { bypass, answered, patience }: LoadOptions,
): Promise<void> {
  const loaded = await load(core, entry, passages, answered);
  const refused = await store(core, entry, loaded, patience);
  for (const { passage, value } of loaded) {
    passage.serve(value, bypass ? "bypass" : "miss");
    if (!refused && passage.state === "current") core.memory.set(entry, passage.params, passage.entryKey, value, passage.tags);
  }
}

/** What was loaded; a passage whose load failed gets its outcome. */
async function load<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  answered: boolean,
): Promise<Loaded<Params, Value>[]> {
  const standIn = (passage: Passage<Params, Value>, error: unknown) => {
    if (!serveStale(core, entry, passage, answered)) passage.failure = new LoadFailed(entry.name, error);
    return [];
  };
  try {
    const context = core.context();
    const requests = passages.map(({ params }) => entry.request(params, context));
    const answers = await askSource(core, entry.name, entry.source, requests, context);
    return passages.flatMap((passage, index) => {
      try {
        return loadedOf(core, entry, passage, entry.compute(answers[index], passage.params, context));
      } catch (error) {
        return standIn(passage, error);
      }
    });
  } catch (error) {
    return passages.flatMap((passage) => standIn(passage, error));
  }
}

function loadedOf<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passage: Passage<Params, Value>,
  computed: Value | null,
): Loaded<Params, Value> {
  const value = checked(entry, computed);
  const text = JSON.stringify(value);
  const { cachedAt, expiresAt, ...write } = writeOf(core, entry, passage, text);
  return { passage, write, value: { value, cachedAt, expiresAt, length: text.length } };
}

/** Resolves to whether Redis has not taken one of the values: it is away, or the value has been invalidated. */
async function store<Params, Value, Context>(
  core: CacheCore<Context>,
  { name }: { name: string },
  loaded: readonly Loaded<Params, Value>[],
  patience: Patience,
) {
  const writes = loaded.flatMap(({ passage, write }) => (passage.state !== "replaced" && passage.fences.every(({ token }) => token) ? write : []));
  if (writes.length === 0) return false;
  const refused = await tryRedis(core, name, patience, () => core.l2.write(writes));
  if (refused === undefined) return true;
  const sent = new Sent();
  for (const { text } of writes) sent.count(name, text);
  sent.tell(core.events);
  return refused > 0;
}

/** Whether something stands in for a failed load: what Redis has, or, if it doesn't answer, what memory has. */
function serveStale<Params extends object, Value, Context>(
  { clock, events, memory }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passage: Passage<Params, Value>,
  answered: boolean,
): boolean {
  const { name, graceMs } = entry;
  const { kept } = passage;
  const inRedis = kept && kept.expiresAt + graceMs > clock() ? kept : undefined;
  const value = inRedis ?? (answered ? undefined : memory.getStale<Params, Value>(entry, passage.params));
  if (!value) return false;
  events.emit("stale", { entry: name, tier: inRedis ? "l2" : "l1" });
  passage.serve(value, "stale");
  return true;
}
