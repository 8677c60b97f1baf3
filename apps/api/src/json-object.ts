import { isUtf8 } from "node:buffer";
import { problems } from "./http-problem.ts";

/** The object that a body holds as JSON. Throws a 400 that says what else it is. */
export function jsonObject(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) throw bodyRequired();
  if (!isUtf8(bytes)) throw problems.badRequest("invalid_utf8", "the body is not UTF-8");
  const value = parse(bytes.toString());
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw problems.badRequest("invalid_json", "the body must be a JSON object");
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problems.badRequest("invalid_json", "the body is not JSON");
  }
}

export const bodyRequired = () => problems.badRequest("body_required", "send a JSON body");
