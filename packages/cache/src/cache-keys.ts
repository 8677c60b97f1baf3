import type { Entry } from "./entry.ts";

/** The keys of one installation and version in Redis. */
export interface CacheKeys {
  /** Where a value is; in one Cluster slot with the fence of its first tag, which is `tag`. */
  value<Params extends object>(entry: Entry<Params, unknown, never>, params: Params, entryKey?: string, tag?: string): string;
  /** Where the value is of which this is the entry's key, if there is one. */
  ownValue(tag: string): string;
  /** Matches where values are. */
  readonly values: string;
  /** What the entry calls the key of a value, from where it is. */
  entryKey(valueKey: string): string;
  /** Where the token is that a tag's values have to carry. */
  fence(tag: string): string;
  /** Where Redis keeps an entry's existence filter. */
  filter(entry: string): string;
  /** Whether a key, of any version, is that of a filter. */
  isFilter(key: string): boolean;
  /** Matches all keys, those of other versions among them. */
  readonly everything: string;
  /** Where an entry's reads are counted. */
  popularity(entry: string): string;
  /** Where reads of a warm-up's values are counted. */
  warmReads(mark: string): string;
  /** Where the lease of a name is. */
  lock(name: string): string;
  /** Where invalidations are announced. */
  readonly channel: string;
}

/** Keys under `{prefix}:{version}`: another version leaves the old values behind. */
export function createCacheKeys(prefix: string, version: string): CacheKeys {
  const root = `${prefix}:${version}`;
  let last = { tag: "", place: `${root}:{}` };
  /** How keys of a tag begin. Those that come one after the other often have the same. */
  const placeOf = (tag: string): string => {
    if (tag !== last.tag) last = { tag, place: `${root}:{${tag}}` };
    return last.place;
  };
  return {
    value(entry, params, key = entry.keyOf(params), tag = entry.placedByKey ? key : (entry.tags(params)[0] ?? key)) {
      if (tag === key) return `${root}:{${key}}:v`;
      return key.startsWith(tag) ? `${placeOf(tag)}${key.slice(tag.length)}:v` : `${placeOf(tag)}=${key}:v`;
    },
    values: `${escaped(root)}:{*:v`,
    entryKey(valueKey) {
      const start = root.length + 2;
      const end = valueKey.indexOf("}", start);
      const rest = valueKey.slice(end + 1, -":v".length);
      return rest.startsWith("=") ? rest.slice(1) : valueKey.slice(start, end) + rest;
    },
    ownValue: (tag) => `${root}:{${tag}}:v`,
    fence: (tag) => `${root}:{${tag}}:fence`,
    filter: (entry) => `${root}:filter:{${entry}}`,
    isFilter: (key) => /^[^:]*:filter:\{/.test(key.slice(prefix.length + 1)),
    everything: `${escaped(prefix)}:*`,
    popularity: (entry) => `${root}:popular:{${entry}}`,
    warmReads: (mark) => `${root}:warm-reads:{${mark}}`,
    lock: (name) => `${root}:lock:{${name}}`,
    channel: `${root}:invalidated`,
  };
}

const escaped = (text: string) => text.replace(/[*?[\]\\]/g, "\\$&");
