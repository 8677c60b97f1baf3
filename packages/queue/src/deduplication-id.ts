import { hash } from "node:crypto";

/** Equal chores have equal ids: the job's name and its payload in a fixed order of fields, without `asOf`. */
export function deduplicationId(name: string, payload: unknown): string {
  const { asOf: _, ...chore } = payload as Record<string, unknown>;
  return `${name}-${hash("sha256", JSON.stringify(inOrder(chore)), "base64url")}`;
}

/** A JSON value with the fields of its objects in the order of their names. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) ordered[name] = inOrder((value as Record<string, unknown>)[name]);
  return ordered;
}
