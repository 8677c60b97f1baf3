import { forRequest } from "@caretaker/engine";
import type { Logger, Telemetry } from "@caretaker/service";
import type { Request, RequestHandler } from "express";
import { beginHead } from "../response-head.ts";

const slowMs = 1_000;

/** Counts and times each request, and logs it: as `warn` if it took longer than a second. Whatever is done for it goes by its id. */
export const observeRequests =
  (log: Logger, { apiRequests, apiDuration }: Telemetry): RequestHandler =>
  (request, response, next) => {
    const { requestId, began } = beginHead(request, response);
    response.on("close", () => {
      const ms = performance.now() - began;
      const isStream = Boolean(response.locals.isStream);
      const labels = { method: request.method, endpoint: endpointOf(request) };
      apiRequests.inc({ ...labels, status: String(response.statusCode) });
      if (!isStream) apiDuration.observe(labels, ms / 1_000);
      const slow = ms > slowMs && !isStream;
      if (slow || log.isLevelEnabled("debug")) log[slow ? "warn" : "debug"]({ requestId, ...labels, status: response.statusCode, ms }, "request");
    });
    forRequest(requestId, next);
  };

/** The pattern of the route that took a request, never its path: a metric's labels must not grow without bound. */
const endpointOf = (request: Request) => (request.route ? `${request.baseUrl}${request.route.path}` : "unmatched");
