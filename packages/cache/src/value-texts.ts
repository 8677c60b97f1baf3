import { checked } from "./checked.ts";
import type { Schema } from "./schema.ts";

/**
 * Turns the values of a warm-up to the text that is stored. The first value of each entry is checked, which finds a loader
 * that has drifted from its schema without the price of checking thousands of its values; a frozen value, which many sets
 * may share, is turned only once.
 */
export function createValueTexts() {
  const seen = new Set<unknown>();
  const shared = new Map<unknown, { entry: unknown; text: string }>();
  return <Value>(entry: { value: Schema<Value> }, value: Value | null): string => {
    const known = shared.get(value);
    if (known?.entry === entry) return known.text;
    const text = JSON.stringify(seen.has(entry) ? value : checked(entry, value));
    if (value !== null) seen.add(entry);
    if (Object.isFrozen(value)) shared.set(value, { entry, text });
    return text;
  };
}
