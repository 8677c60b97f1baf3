import type { Entry } from "./entry.ts";

/** The keys of one installation and version in Redis. */
export interface CacheKeys {
  /** Where a value is; in one Cluster slot with the fence of its first tag. */
  value<Params extends object>(entry: Entry<Params, unknown, never>, params: Params, tags?: readonly string[]): string;
  /** Where the token is that a tag's values have to carry. */
  fence(tag: string): string;
  /** Where invalidations are announced. */
  readonly channel: string;
}

/** Keys under `{prefix}:{version}`: another version leaves the old values behind. */
export function createCacheKeys(prefix: string, version: string): CacheKeys {
  const root = `${prefix}:${version}`;
  return {
    value(entry, params, tags = entry.tags(params)) {
      const key = entry.keyOf(params);
      const tag = tags[0] ?? key;
      return `${root}:{${tag}}${key.startsWith(tag) ? key.slice(tag.length) : `=${key}`}:v`;
    },
    fence: (tag) => `${root}:{${tag}}:fence`,
    channel: `${root}:invalidated`,
  };
}
