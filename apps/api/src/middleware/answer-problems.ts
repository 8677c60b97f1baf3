import type { Logger } from "@caretaker/service";
import type { ErrorRequestHandler } from "express";
import { toProblem } from "./to-problem.ts";

/** Answers every error with a problem document; what went wrong on our side is logged, once, with the request's id. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    const problem = toProblem(error);
    const requestId = String(response.locals.requestId);
    if (problem.status >= 500)
      log[problem.status === 500 ? "error" : "warn"]({ requestId, code: problem.code, err: problem.cause ?? problem }, problem.message);
    if (response.headersSent) return;
    response
      .status(problem.status)
      .set(problem.headers)
      .type("application/problem+json")
      .send(JSON.stringify(problem.toDocument(requestId)));
  };
