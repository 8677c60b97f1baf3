import type { Logger } from "@caretaker/service";
import type { RequestHandler } from "express";
import { readsOnly } from "../reads-only.ts";

const slowMs = 1_000;

/** Logs each request: as `warn` if it took longer than a second, as `info` if somebody who has signed in changes something. */
export const observeRequests =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    response.on("finish", () => {
      const ms = Math.round(performance.now() - began);
      const { user } = response.locals;
      const facts = { user: user?.name, method: request.method, path: request.originalUrl, status: response.statusCode, ms };
      if (ms > slowMs) log.warn(facts, "slow request");
      else if (user && !readsOnly(request)) log.info(facts, "change");
      else log.debug(facts, "request");
    });
    next();
  };
