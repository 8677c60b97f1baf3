import { createHash } from "node:crypto";
import { z } from "zod";

/** A short text that changes when what a zod schema accepts changes; empty for what is no zod schema. */
export function schemaFingerprint(schema: unknown): string {
  if (!(schema instanceof z.ZodType)) return "";
  const shape = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: "any" }));
  return createHash("sha256").update(shape).digest("base64url").slice(0, 6);
}
