import { payloadFaults } from "@caretaker/contracts";
import type { Request } from "express";
import { z } from "zod";
import { problems } from "./http-problem.ts";

/** The query parameters of a request, each given once. Throws a 400 that names one given twice. */
export function singleQuery(request: Request): Record<string, string> {
  const query = new URL(request.originalUrl, "http://localhost").searchParams;
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw problems.badRequest("invalid_query", `${twice} is given twice`, [{ path: twice, message: "given twice" }]);
  return Object.fromEntries(query);
}

/** The query parameters that `shape` knows. Throws a 400 that names every fault, unknown parameters included. */
export function readQuery<Shape extends z.ZodRawShape>(shape: Shape, request: Request): z.output<z.ZodObject<Shape>> {
  const parsed = z.strictObject(shape).safeParse(singleQuery(request));
  if (parsed.success) return parsed.data as z.output<z.ZodObject<Shape>>;
  throw problems.badRequest("invalid_query", "the query parameters do not fit; errors says where", payloadFaults(parsed.error));
}
