import { Router } from "express";
import { signOutPage } from "../pages/sign-out-page.ts";
import type { Sessions } from "../session.ts";

/** `/sign-out`: asks, since a link alone must not change anything, then ends the session. */
export function signOutRoutes(sessions: Sessions): Router {
  const routes = Router();
  routes.get("/sign-out", (_request, response) => {
    response.send(signOutPage(response.locals.user));
  });
  routes.post("/sign-out", (request, response) => {
    sessions.end(request);
    response.redirect(303, "/sign-in");
  });
  return routes;
}
