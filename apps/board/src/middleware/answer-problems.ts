import { isTransient } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";
import type { ErrorRequestHandler } from "express";
import { BoardProblem, problems } from "../board-problem.ts";
import { messagePage } from "../pages/message-page.ts";
import { prefersHtml } from "../prefers-html.ts";

/** Answers every error, with a page or as Bull Board's scripts show it; never with a stack. What nobody expected is logged. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const { status, code, title, message, cause } = toProblem(error);
    if (status === 500) log.error({ err: cause }, title);
    if (response.headersSent) return;
    if (status === 503) response.setHeader("Retry-After", "1");
    response.status(status);
    if (prefersHtml(request)) response.send(messagePage(title, message));
    else response.json({ error: title, message, code });
  };

function toProblem(error: unknown): BoardProblem {
  if (error instanceof BoardProblem) return error;
  if (isTransient(error)) return problems.unavailable(error);
  if (error instanceof URIError) return problems.unreadable();
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? problems.unreadable(status) : problems.internal(error);
}
