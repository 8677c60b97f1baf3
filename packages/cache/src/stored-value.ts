import type { Entry } from "./entry.ts";

/** A value with what is known of it. */
export interface CachedValue<Value = unknown> {
  readonly value: Value | null;
  /** When it was loaded, ms since 1970. */
  readonly cachedAt: number;
  /** When it stops being fresh. */
  readonly expiresAt: number;
}

const separator = "|";

/**
 * What is stored of a value, less its JSON: when it was loaded, when it stops being fresh, the fingerprint of the schema
 * it was checked by and the tokens of its tags' fences as they were before the load.
 */
export const storedHeader = ({ fingerprint }: Pick<Entry, "fingerprint">, cachedAt: number, expiresAt: number, fence: string) =>
  `${cachedAt.toString(36)}.${expiresAt.toString(36)}.${fingerprint}.${fence}${separator}`;

/** When a stored value stops being fresh if its fences are still `fence`; 0 otherwise. */
export function freshUntil(stored: string, fence: string): number {
  const [, expiresAt = "", , storedFence] = stored.slice(0, stored.indexOf(separator)).split(".");
  return storedFence === fence ? Number.parseInt(expiresAt, 36) : 0;
}

/** Reads a stored value; `undefined` if it was invalidated, can't be read, or doesn't fit its entry's schema any more. */
export function readStored<Value>(
  entry: Pick<Entry<never, Value, never>, "fingerprint" | "value">,
  stored: string,
  fence: string,
): CachedValue<Value> | undefined {
  const end = stored.indexOf(separator);
  const [cachedAt = "", expiresAt = "", fingerprint, storedFence] = stored.slice(0, end).split(".");
  if (end < 0 || storedFence !== fence) return undefined;
  const value = fitting(entry, parse(stored.slice(end + 1)), fingerprint);
  if (value === undefined) return undefined;
  return { value, cachedAt: Number.parseInt(cachedAt, 36), expiresAt: Number.parseInt(expiresAt, 36) };
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
