/** How JSON writes what PostgreSQL can't hold; text that only looks like it is looked at more closely for nothing. */
const unstorable = /\\u(?:0000|d[89a-f])/;

/** JSON that PostgreSQL can hold: NUL and lone surrogates are replaced. */
export function storableJson(value: object): string {
  const json = JSON.stringify(value);
  if (!unstorable.test(json)) return json;
  return JSON.stringify(value, (_key, part) => (typeof part === "string" ? storableText(part) : part));
}

/** Text that PostgreSQL can hold. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd");
