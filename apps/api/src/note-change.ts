import type { AuditLog } from "@caretaker/engine";
import type { Request, Response } from "express";
import type { Route } from "./route.ts";

/** In the place of a status where the caller had gone before there was an answer. */
const callerGone = 499;

/**
 * Notes a request for a change once it has been answered, also with a refusal, unless it came without a good key or over its
 * rate. Bodies are told of by the jobs and schedules that they made.
 */
export function noteChange(audit: AuditLog, { path: route, method }: Route, request: Request, response: Response): void {
  const params = paramsOf(request); // the router takes them away when a handler throws
  response.on("close", () => {
    const { key: who } = response.locals;
    const status = response.headersSent ? response.statusCode : callerGone;
    if (who !== undefined) audit.note({ who, role: "api", method: method.toUpperCase(), route, params, status });
  });
}

function paramsOf({ params, originalUrl }: Request): Record<string, unknown> {
  const query = originalUrl.indexOf("?");
  return query < 0 ? { ...params } : { ...params, ...Object.fromEntries(new URLSearchParams(originalUrl.slice(query + 1))) };
}
