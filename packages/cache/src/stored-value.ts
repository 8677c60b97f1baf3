import type { Entry } from "./entry.ts";

/** A value with what is known of it. */
export interface CachedValue<Value = unknown> {
  readonly value: Value | null;
  /** When it was loaded, ms since 1970. */
  readonly cachedAt: number;
  /** When it stops being fresh. */
  readonly expiresAt: number;
  /** The warm-up that wrote it, until that read is noted: a part of the text that it came in, which lives as long. */
  mark?: string | undefined;
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
  const { cachedAt, freshMs, tokenAt } = readHeader(stored);
  return tokenEnd(stored, tokenAt, token) ? cachedAt + freshMs : 0;
}

/** Reads a stored value; `undefined` if it was invalidated, can't be read, or doesn't fit its entry's schema any more. */
export function readStored<Value>(
  entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">,
  stored: string,
  token: string,
): CachedValue<Value> | undefined {
  const { cachedAt, freshMs, fingerprintAt, tokenAt } = readHeader(stored);
  const markAt = tokenEnd(stored, tokenAt, token);
  if (!markAt) return undefined;
  const end = stored.indexOf(separator, markAt);
  const { fingerprint } = entry;
  const isOfToday = fingerprint !== "" && tokenAt - fingerprintAt === fingerprint.length + 1 && stored.startsWith(fingerprint, fingerprintAt);
  const value = fitting(entry, parse(stored.slice(end + 1)), isOfToday);
  if (value === undefined) return undefined;
  const mark = markAt < end ? stored.slice(markAt + 1, end) : undefined;
  return { value, cachedAt, expiresAt: cachedAt + freshMs, mark, length: stored.length - end - 1 };
}

/** The header's numbers, and where its texts are. Written for speed: this runs for every value that Redis answers with. */
function readHeader(stored: string) {
  const first = stored.indexOf(".");
  const second = stored.indexOf(".", first + 1);
  const third = stored.indexOf(".", second + 1);
  return {
    cachedAt: numberAt(stored, 0, first),
    freshMs: numberAt(stored, first + 1, second),
    fingerprintAt: second + 1,
    tokenAt: third + 1,
  };
}

function numberAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let index = from; index < to; index++) number = 10 * number + text.charCodeAt(index) - 48;
  return number;
}

/** Where the token ends, if it is this one; else 0. */
function tokenEnd(stored: string, tokenAt: number, token: string): number {
  const end = tokenAt + token.length;
  const next = stored[end];
  return (next === separator || next === ".") && stored.startsWith(token, tokenAt) ? end : 0;
}

/** The value if it was checked by the entry's schema of today, or else passes it now. */
function fitting<Value>(entry: Pick<Entry<never, Value, never>, "value">, value: unknown, isOfToday: boolean) {
  if (value === null || value === undefined) return value;
  if (isOfToday) return value as Value;
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
