import type { RequestHandler } from "express";
import { problems } from "../board-problem.ts";
import { readsOnly } from "../reads-only.ts";

/** Refuses every change of a viewer, also those for which Bull Board itself knows no reading only. */
export const requireOperator: RequestHandler = (request, response, next) => {
  if (readsOnly(request) || response.locals.user.role === "operator") return next();
  throw problems.readOnly();
};
