import { PayloadInvalid } from "@caretaker/queue";
import type { z } from "zod";

/** What a schema reads from a value. Throws `PayloadInvalid` with the faults, in the name of `what`. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new PayloadInvalid(what, parsed.error);
  return parsed.data;
}
