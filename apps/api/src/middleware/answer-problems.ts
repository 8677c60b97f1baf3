import type { Logger } from "@caretaker/service";
import type { ErrorRequestHandler } from "express";
import { headOf } from "../response-head.ts";
import { sendAnswer } from "../send-answer.ts";
import { toProblem } from "./to-problem.ts";

/** Answers every error with a problem document; what went wrong on our side is logged, once, with the request's id. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    const problem = toProblem(error);
    const { requestId } = headOf(response);
    if (problem.status >= 500)
      log[problem.status === 500 ? "error" : "warn"]({ requestId, code: problem.code, err: problem.cause ?? problem }, problem.message);
    if (response.headersSent) return;
    const headers = { "Content-Type": "application/problem+json", ...problem.headers };
    sendAnswer(response, { status: problem.status, body: problem.toDocument(requestId), headers });
  };
