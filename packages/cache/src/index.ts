export { defineEntry, type Entry } from "./entry.ts";
export { compileKey, type KeyTemplate } from "./key.ts";
export type { Schema } from "./schema.ts";
export { defineSource, type Source } from "./source.ts";
