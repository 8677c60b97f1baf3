import type { RequestHandler } from "express";
import { problems } from "../board-problem.ts";

/** Answers 503 when a request has no answer after `ms`: only Redis can keep it that long. */
export const deadline =
  (ms: number): RequestHandler =>
  (_request, response, next) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) next(problems.unavailable());
    }, ms);
    response.on("close", () => clearTimeout(timer));
    next();
  };
