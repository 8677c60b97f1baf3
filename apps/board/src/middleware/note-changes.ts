import type { AuditLog } from "@caretaker/engine";
import type { Request, RequestHandler } from "express";
import { readsOnly } from "../reads-only.ts";
import type { Sessions } from "../session.ts";

/** Notes every change that somebody who has signed in makes or is refused, also one that another site had their browser send. */
export const noteChanges =
  (audit: AuditLog, sessions: Sessions): RequestHandler =>
  (request, response, next) => {
    const user = readsOnly(request) ? undefined : sessions.userOf(request);
    if (user) {
      response.on("close", () =>
        audit.note({ who: user.name, role: user.role, method: request.method, ...changed(request), status: response.statusCode }),
      );
    }
    next();
  };

/** The pattern of the route that took a request, with its parameters; the path itself if none did. */
const changed = ({ route, params, path }: Request) => (route ? { route: String(route.path), params: { ...params } } : { route: path, params: {} });
