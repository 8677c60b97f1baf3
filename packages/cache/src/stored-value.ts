import type { Entry } from "./entry.ts";

/** A value with what is known of it. */
export interface CachedValue<Value = unknown> {
  readonly value: Value | null;
  /** When it was loaded, ms since 1970. */
  readonly cachedAt: number;
  /** When it stops being fresh. */
  readonly expiresAt: number;
  /** The warm-up that wrote it. */
  readonly mark?: string | undefined;
  /** Of its JSON, in characters. */
  readonly length: number;
}

const separator = "|";

/**
 * What is stored of a value, less its JSON: when it was loaded and for how long it is fresh, in ms, the fingerprint of the
 * schema it was checked by, the tokens of its tags' fences as they were before the load, and the mark of the warm-up that wrote it.
 */
export const storedHeader = ({ fingerprint }: Pick<Entry, "fingerprint">, cachedAt: number, freshMs: number, token: string, mark?: string) =>
  `${cachedAt}.${freshMs}.${fingerprint}.${token}${mark ? `.${mark}` : ""}${separator}`;

/** When a stored value stops being fresh if its fences still have these tokens; 0 otherwise. */
export function freshUntil(stored: string, token: string): number {
  const header = readHeader(stored);
  return header?.token === token ? header.cachedAt + header.freshMs : 0;
}

/** Reads a stored value; `undefined` if it was invalidated, can't be read, or doesn't fit its entry's schema any more. */
export function readStored<Value>(
  entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">,
  stored: string,
  token: string,
): CachedValue<Value> | undefined {
  const header = readHeader(stored);
  if (header?.token !== token) return undefined;
  const { cachedAt, freshMs, fingerprint, mark, end } = header;
  const value = fitting(entry, parse(stored.slice(end + 1)), fingerprint);
  if (value === undefined) return undefined;
  return { value, cachedAt, expiresAt: cachedAt + freshMs, mark, length: stored.length - end - 1 };
}

/** `end` is where the header ends. Written for speed: this runs for every value that Redis answers with. */
function readHeader(stored: string) {
  const end = stored.indexOf(separator);
  const first = stored.indexOf(".");
  const second = stored.indexOf(".", first + 1);
  const third = stored.indexOf(".", second + 1);
  if (end < 0 || third < 0 || third > end) return undefined;
  const fourth = stored.indexOf(".", third + 1);
  const marked = fourth >= 0 && fourth < end;
  return {
    end,
    cachedAt: Number(stored.slice(0, first)),
    freshMs: Number(stored.slice(first + 1, second)),
    fingerprint: stored.slice(second + 1, third),
    token: stored.slice(third + 1, marked ? fourth : end),
    mark: marked ? stored.slice(fourth + 1, end) : undefined,
  };
}

/** The value if it was checked by the entry's schema of today, or else passes it now. */
function fitting<Value>(entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">, value: unknown, fingerprint?: string) {
  if (value === null || value === undefined) return value;
  if (fingerprint && fingerprint === entry.fingerprint) return value as Value;
  const result = entry.value.safeParse(value);
  return result.success ? result.data : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
