import type { CacheCore } from "./cache-core.ts";

/** Deletes the fences of tags and the values that they are the keys of, tells the other processes and forgets what this one has of them, even if Redis is away, which throws. */
export async function invalidate<Context>({ keys, l2, bus, drop }: CacheCore<Context>, tags: readonly string[]): Promise<void> {
  try {
    await l2.delete(tags.flatMap((tag) => [keys.fence(tag), keys.ownValue(tag)])); // the fence first: nothing older is stored after it is gone
    await bus.announce({ tags });
  } finally {
    drop({ tags });
  }
}
