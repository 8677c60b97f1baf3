import type { AuditLog } from "@caretaker/engine";
import type { Request, RequestHandler } from "express";
import { readsOnly } from "../reads-only.ts";

/** Notes every change that somebody who has signed in makes or is refused, with what it was answered with. */
export const noteChanges =
  (audit: AuditLog): RequestHandler =>
  (request, response, next) => {
    if (readsOnly(request)) return next();
    response.on("close", () => {
      const { name: who, role } = response.locals.user;
      audit.note({ who, role, method: request.method, ...changed(request), status: response.statusCode });
    });
    next();
  };

/** The pattern of the route that took a request, with its parameters; the path itself if none did. */
const changed = ({ route, params, path }: Request) => (route ? { route: String(route.path), params: { ...params } } : { route: path, params: {} });
