import { payloadFaults } from "@caretaker/contracts";
import type { Request } from "express";
import type { z } from "zod";
import { problems } from "./http-problem.ts";

/** The query parameters of a request, each given once. Throws a 400 that names one given twice, or one that is no text. */
export function singleQuery({ originalUrl }: Request): Record<string, string> {
  const start = originalUrl.indexOf("?");
  if (start < 0) return {};
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(originalUrl.slice(start + 1))) {
    if (query.has(name)) throw invalid(name, "given twice");
    if (value.includes("\0")) throw invalid(name, "a NUL");
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

/** What a schema makes of a request's query. Throws a 400 that names every fault, unknown parameters included. */
export function readQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const parsed = schema.safeParse(singleQuery(request));
  if (parsed.success) return parsed.data;
  throw problems.badRequest("invalid_query", "the query parameters do not fit; errors says where", payloadFaults(parsed.error));
}

const invalid = (path: string, message: string) => problems.badRequest("invalid_query", `${path}: ${message}`, [{ path, message }]);
