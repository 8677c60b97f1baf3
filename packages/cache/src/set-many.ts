import type { CacheCore } from "./cache-core.ts";
import { checked } from "./checked.ts";
import type { Entry } from "./entry.ts";
import { Fences } from "./fences.ts";
import type { Compute, Given } from "./given.ts";
import { keepInMemory } from "./keep-in-memory.ts";
import type { Place } from "./place.ts";
import { Sent } from "./sent.ts";
import type { SetResult } from "./set-result.ts";
import type { Write } from "./store-batch.ts";
import { writeOf } from "./write-of.ts";

/** Stores values; none if Redis is away. Throws if a value can't be computed or does not fit its schema. */
export async function setMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  values: readonly { params: Params; value: Given<Value> }[],
): Promise<SetResult> {
  if (entry.memoryOnly) return keepInMemory(core, entry, values);
  const given = values.map(({ value }) => (typeof value === "function" ? (value as Compute<Value>) : checked(entry, value)));
  const fences = new Fences(core.keys);
  const places = values.map(({ params }) => fences.placeOf(entry, params));
  const keys = places.map(({ key }) => key);
  const sent = new Sent();
  try {
    if (!core.breaker.closed) throw new Error("Redis does not answer at present");
    const fenced = await store();
    sent.tell(core.events);
    await core.bus.announce({ keys });
    return { written: places.length - fenced, fenced };
  } catch (error) {
    if (error instanceof ComputeFailed) throw error.cause;
    core.events.emit("failure", { entry: entry.name, tier: "l2", error: error as Error });
    return { written: 0, fenced: 0 };
  } finally {
    core.drop({ keys });
  }

  /** Resolves to how many were invalidated meanwhile. A value that stands already and that only its own key guards needs no token. */
  async function store(): Promise<number> {
    const { l2 } = core;
    if (given.every((value) => typeof value !== "function") && places.every(({ fences, selfGuarded }) => selfGuarded && fences.length === 1)) {
      await fences.seeLives(l2);
      await l2.replace(fences.all, writesOf(core, entry, places, given, sent));
      return 0;
    }
    await fences.take(l2, (fenceKeys) => l2.tokens(fenceKeys));
    return l2.write(writesOf(core, entry, places, await Promise.all(given.map((value) => computed(entry, value))), sent));
  }
}

/** What stores the values, made as it is sent. */
function* writesOf<Context>(
  core: CacheCore<Context>,
  entry: Parameters<typeof writeOf>[1] & { name: string },
  places: readonly Place[],
  values: readonly unknown[],
  sent: Sent,
): Generator<Write> {
  for (const [index, place] of places.entries()) {
    const text = textOf(values[index]);
    sent.count(entry.name, text);
    yield writeOf(core, entry, place, text);
  }
}

/** Tells the caller's errors from those of Redis. */
class ComputeFailed extends Error {}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new ComputeFailed("", { cause });
  }
}

async function computed<Value>(entry: Pick<Entry<never, Value, never>, "value">, value: Value | null | Compute<Value>): Promise<Value | null> {
  if (typeof value !== "function") return value;
  try {
    return checked(entry, await (value as Compute<Value>)());
  } catch (cause) {
    throw new ComputeFailed("", { cause });
  }
}
