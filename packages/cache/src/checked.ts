import type { Schema } from "./schema.ts";

/** A value as its schema has it, so that nothing else is stored; `null` is "there is no such thing". Throws what the schema finds. */
export function checked<Value>({ value: schema }: { value: Schema<Value> }, value: Value | null): Value | null {
  if (value === null) return null;
  const result = schema.safeParse(value);
  if (!result.success) throw result.error;
  return result.data;
}
