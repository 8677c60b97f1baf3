import { randomUUID } from "node:crypto";
import type { Logger, Telemetry } from "@caretaker/service";
import type { Request, RequestHandler, Response } from "express";
import { securityHeaders } from "../security-headers.ts";

const slowMs = 1_000;
const acceptableId = /^[\w.:-]{1,128}$/;
const headersOfAll = new Map(Object.entries({ ...securityHeaders, "Cache-Control": "no-store" }));

/** Gives each request an id, and its time in the answer, counts it, and logs it: as `warn` if it took longer than a second. */
export const observeRequests =
  (log: Logger, { apiRequests, apiDuration }: Telemetry): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    const given = request.headers["x-request-id"];
    const requestId = typeof given === "string" && acceptableId.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    response.setHeader("X-Request-Id", requestId);
    response.setHeaders(headersOfAll);
    tellTime(response, began);
    response.on("close", () => {
      const ms = performance.now() - began;
      const labels = { method: request.method, endpoint: endpointOf(request) };
      apiRequests.inc({ ...labels, status: String(response.statusCode) });
      if (!response.locals.isStream) apiDuration.observe(labels, ms / 1_000);
      const slow = ms > slowMs && !response.locals.isStream;
      if (slow || log.isLevelEnabled("debug")) log[slow ? "warn" : "debug"]({ requestId, ...labels, status: response.statusCode, ms }, "request");
    });
    next();
  };

/** Has the answer say how long it took, in seconds, when its head is written. */
function tellTime(response: Response, began: number): void {
  const writeHead = response.writeHead;
  response.writeHead = function (this: Response, ...args: Parameters<typeof writeHead>) {
    response.setHeader("X-Process-Time", ((performance.now() - began) / 1_000).toFixed(6));
    return writeHead.apply(this, args);
  } as typeof writeHead;
}

/** The pattern of the route that took a request, never its path: a metric's labels must not grow without bound. */
const endpointOf = (request: Request) => (request.route ? `${request.baseUrl}${request.route.path}` : "unmatched");
