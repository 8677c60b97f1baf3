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
 * What is stored of a value, less its JSON: the fingerprint of the schema it was checked by, the tokens of its tags' fences as
 * they were before the load, when it was loaded and for how long it is fresh, in ms, and the mark of the warm-up that wrote it.
 */
export const storedHeader = ({ fingerprint }: Pick<Entry, "fingerprint">, cachedAt: number, freshMs: number, token: string, mark?: string) =>
  `${fingerprint}.${token}.${textOf(cachedAt)}.${freshMs}${mark ? `.${mark}` : ""}${separator}`;

let lastTime = { time: 0, text: "0" };

/** A time as text: many values of a warm-up have the same one, and to write a number beyond 31 bits takes a while. */
function textOf(time: number): string {
  if (time !== lastTime.time) lastTime = { time, text: String(time) };
  return lastTime.text;
}

/** When a stored value stops being fresh if its fences still have these tokens; 0 otherwise. */
export function freshUntil(stored: string, token: string): number {
  const timesAt = tokenEnd(stored, stored.indexOf(".") + 1, token);
  if (!timesAt) return 0;
  const { cachedAt, freshMs } = readTimes(stored, timesAt);
  return cachedAt + freshMs;
}

/**
 * The function that reads stored values of an entry: `undefined` for what was invalidated, since it does not carry this token,
 * can't be read, or doesn't fit the entry's schema any more. Values that come one after the other often have the same token.
 */
export function createStoredReader<Value>(
  entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">,
): (stored: string, token: string) => CachedValue<Value> | undefined {
  const { fingerprint } = entry;
  let lastToken: string | undefined;
  let start = "";
  return (stored, token) => {
    if (token !== lastToken) start = `${fingerprint}.${token}.`;
    lastToken = token;
    const isOfToday = fingerprint !== "" && stored.startsWith(start);
    const timesAt = isOfToday ? start.length : tokenEnd(stored, stored.indexOf(".") + 1, token);
    if (!timesAt) return undefined;
    const { cachedAt, freshMs, end: timesEnd } = readTimes(stored, timesAt);
    const end = stored[timesEnd] === separator ? timesEnd : stored.indexOf(separator, timesEnd);
    const value = fitting(entry, parse(stored.slice(end + 1)), isOfToday);
    if (value === undefined) return undefined;
    const mark = timesEnd < end ? stored.slice(timesEnd + 1, end) : undefined;
    return { value, cachedAt, expiresAt: cachedAt + freshMs, mark, length: stored.length - end - 1 };
  };
}

/** Where what follows the token begins, if it is this one; else 0. */
function tokenEnd(stored: string, tokenAt: number, token: string): number {
  const end = tokenAt + token.length;
  return stored[end] === "." && stored.startsWith(token, tokenAt) ? end + 1 : 0;
}

/** The header's numbers, and where they end. Written for speed: this runs for every value that Redis answers with. */
function readTimes(stored: string, from: number) {
  let [at, cachedAt, freshMs] = [from, 0, 0];
  let digit = stored.charCodeAt(at) - zero;
  while (digit >= 0 && digit < 10) {
    cachedAt = 10 * cachedAt + digit;
    digit = stored.charCodeAt(++at) - zero;
  }
  digit = stored.charCodeAt(++at) - zero;
  while (digit >= 0 && digit < 10) {
    freshMs = 10 * freshMs + digit;
    digit = stored.charCodeAt(++at) - zero;
  }
  return { cachedAt, freshMs, end: at };
}

const zero = 48;

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
