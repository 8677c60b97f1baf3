import type { RequestHandler } from "express";
import { problems } from "../board-problem.ts";
import { readsOnly } from "../reads-only.ts";

/** Refuses a change that another site, or another port of this host, had a browser send: its cookie comes along from there. */
export const sameOrigin: RequestHandler = (request, _response, next) => {
  const { origin = "", host } = request.headers;
  if (readsOnly(request) || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())) return next();
  throw problems.foreignOrigin();
};
