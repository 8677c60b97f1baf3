import { z } from "zod";

/** The names of a zod object's fields, if it has no others; `undefined` for any other schema. */
export function declaredNames(schema: unknown): string[] | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const { catchall } = schema.def;
  return catchall && !(catchall instanceof z.ZodNever) ? undefined : Object.keys(schema.shape);
}
