import type { RequestHandler } from "express";
import { problems } from "../board-problem.ts";
import { prefersHtml } from "../prefers-html.ts";
import { readsOnly } from "../reads-only.ts";
import type { Sessions } from "../session.ts";

/** Lets those pass who have signed in; sends pages to the sign-in form, which leads back to them, and refuses all else. */
export const requireSignIn =
  (sessions: Sessions): RequestHandler =>
  (request, response, next) => {
    const user = sessions.userOf(request);
    if (user) {
      response.locals.user = user;
      next();
    } else if (readsOnly(request) && prefersHtml(request)) {
      response.redirect(request.originalUrl === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(request.originalUrl)}`);
    } else throw problems.signInFirst();
  };
