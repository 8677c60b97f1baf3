import { checked } from "./checked.ts";
import type { Entry } from "./entry.ts";

/**
 * Turns the values of a warm-up to the text that is stored: as the schema has them, unless their entry is one of those of
 * which only the first value is checked. A frozen value, which many sets may share, is turned only once.
 */
export class ValueTexts {
  readonly #seen = new Set<unknown>();
  readonly #shared = new Map<unknown, { entry: unknown; text: string }>();

  of<Value>(entry: Pick<Entry<never, Value, never>, "value" | "warmCheck">, value: Value | null): string {
    const known = this.#shared.get(value);
    if (known?.entry === entry) return known.text;
    const trusted = entry.warmCheck === "first" && this.#seen.has(entry);
    const text = JSON.stringify(trusted ? value : checked(entry, value));
    if (!trusted && value !== null) this.#seen.add(entry);
    if (typeof value === "object" && Object.isFrozen(value)) this.#shared.set(value, { entry, text });
    return text;
  }
}
