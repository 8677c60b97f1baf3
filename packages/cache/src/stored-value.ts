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
  return header && carries(stored, header, token) ? header.cachedAt + header.freshMs : 0;
}

/** Reads a stored value; `undefined` if it was invalidated, can't be read, or doesn't fit its entry's schema any more. */
export function readStored<Value>(
  entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">,
  stored: string,
  token: string,
): CachedValue<Value> | undefined {
  const header = readHeader(stored);
  if (!header || !carries(stored, header, token)) return undefined;
  const { cachedAt, freshMs, fingerprintAt, tokenAt, tokenEnd, end } = header;
  const { fingerprint } = entry;
  const isOfToday = fingerprint !== "" && tokenAt - fingerprintAt === fingerprint.length + 1 && stored.startsWith(fingerprint, fingerprintAt);
  const value = fitting(entry, parse(stored.slice(end + 1)), isOfToday);
  if (value === undefined) return undefined;
  const mark = tokenEnd < end ? stored.slice(tokenEnd + 1, end) : undefined;
  return { value, cachedAt, expiresAt: cachedAt + freshMs, mark, length: stored.length - end - 1 };
}

/** The header's numbers, and where its texts are; `end` is where it ends. Written for speed: this runs for every value that Redis answers with. */
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
    cachedAt: numberAt(stored, 0, first),
    freshMs: numberAt(stored, first + 1, second),
    fingerprintAt: second + 1,
    tokenAt: third + 1,
    tokenEnd: marked ? fourth : end,
  };
}

function numberAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let index = from; index < to; index++) number = 10 * number + text.charCodeAt(index) - 48;
  return number;
}

const carries = (stored: string, { tokenAt, tokenEnd }: { tokenAt: number; tokenEnd: number }, token: string): boolean =>
  tokenEnd - tokenAt === token.length && stored.startsWith(token, tokenAt);

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
