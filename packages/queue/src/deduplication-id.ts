import { createHash } from "node:crypto";

/** Equal chores have equal ids: the job's name and its payload in a fixed order of fields, without `asOf`. */
export function deduplicationId(name: string, payload: unknown): string {
  const { asOf: _, ...chore } = payload as Record<string, unknown>;
  return `${name}-${createHash("sha256").update(JSON.stringify(chore, inOrder)).digest("base64url")}`;
}

/** Replacer for `JSON.stringify` that writes the fields of an object in the order of their names. */
const inOrder = (_key: string, value: unknown) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
