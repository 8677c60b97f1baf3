import type { RequestHandler } from "express";
import { problems } from "../http-problem.ts";

/** Answers 503 when a request has no answer after `ms`, whatever it waits for. */
export const deadline =
  (ms: number): RequestHandler =>
  (_request, response, next) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) next(problems.unavailable("timeout", `no answer within ${ms} ms; try again`));
    }, ms);
    response.on("close", () => clearTimeout(timer));
    next();
  };
