import type { CacheCore } from "./cache-core.ts";
import { compileGlob } from "./glob.ts";

/** Deletes the values whose keys (as their entries' templates give them) match a pattern, page by page; resolves to how many Redis had. */
export async function deletePattern<Context>({ keys, l2, bus, drop }: CacheCore<Context>, pattern: string): Promise<number> {
  const matches = compileGlob(pattern);
  let deleted = 0;
  try {
    for await (const page of l2.scan(keys.values)) {
      deleted += await l2.delete(page.filter((key) => matches(keys.entryKey(key))));
    }
    await bus.announce({ patterns: [pattern] });
  } finally {
    drop({ patterns: [pattern] });
  }
  return deleted;
}
