import { randomUUID } from "node:crypto";
import type { Logger, Telemetry } from "@caretaker/service";
import type { Request, RequestHandler } from "express";

const slowMs = 1_000;
const acceptableId = /^[\w.:-]{1,128}$/;

/** Gives each request an id and its time in the answer, counts it, and logs it: as `warn` if it took longer than a second. */
export const observeRequests =
  (log: Logger, { apiRequests, apiDuration }: Telemetry): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    const given = request.get("x-request-id");
    const requestId = given && acceptableId.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    response.setHeader("X-Request-Id", requestId);
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      response.setHeader("X-Process-Time", `${((performance.now() - began) / 1_000).toFixed(6)}`);
      return writeHead(...args);
    }) as typeof response.writeHead;
    response.on("close", () => {
      const ms = performance.now() - began;
      const labels = { method: request.method, endpoint: endpointOf(request) };
      apiRequests.inc({ ...labels, status: String(response.statusCode) });
      if (!response.locals.isStream) apiDuration.observe(labels, ms / 1_000);
      log[ms > slowMs && !response.locals.isStream ? "warn" : "debug"]({ requestId, ...labels, status: response.statusCode, ms }, "request");
    });
    next();
  };

/** The pattern of the route that took a request, never its path: a metric's labels must not grow without bound. */
const endpointOf = (request: Request) => (request.route ? `${request.baseUrl}${request.route.path}` : "unmatched");
