import type { RequestHandler } from "express";

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses a change that another site, or another port of this host, had a browser send. */
export const sameOrigin: RequestHandler = (request, response, next) => {
  const { origin = "", host } = request.headers;
  if (reading.has(request.method) || (URL.canParse(origin) && new URL(origin).host === host)) next();
  else response.status(403).json({ error: "changes are taken from this board's own pages only" });
};
