import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";

/** Deletes values, tells the other processes and forgets them here, even if Redis is away, which throws. */
export async function deleteMany<Params extends object, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  sets: readonly Params[],
): Promise<void> {
  const keys = sets.map((params) => core.keys.value(entry, params));
  try {
    await core.l2.delete(keys);
    await core.bus.announce({ keys });
  } finally {
    core.drop({ keys });
  }
}
