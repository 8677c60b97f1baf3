import express, { type RequestHandler, type Response, Router } from "express";
import { LRUCache } from "lru-cache";
import { type BoardUser, findUser } from "./board-user.ts";
import { signInPage } from "./sign-in-page.ts";

/** Wrong tries that an address has in a minute. */
const triesAMinute = 10;

/** `/sign-in` and `/sign-out`: a form, and a session in a signed cookie. */
export function signInRoutes(users: readonly BoardUser[]): Router {
  const failures = new LRUCache<string, number>({ max: 10_000, ttl: 60_000, noUpdateTTL: true });
  const routes = Router();
  routes.get("/sign-in", (_request, response) => {
    sendPage(response, 200);
  });
  routes.post("/sign-in", express.urlencoded({ extended: false, limit: "4kb" }), (request, response) => {
    const address = request.socket.remoteAddress ?? "";
    const tries = failures.get(address) ?? 0;
    if (tries >= triesAMinute) return sendPage(response.set("Retry-After", "60"), 429, "Too many tries. Wait a minute.");
    const { name, secret } = (request.body ?? {}) as Record<string, unknown>;
    const user = findUser(users, String(name ?? ""), String(secret ?? ""));
    if (!user) {
      failures.set(address, tries + 1);
      return sendPage(response, 401, "Name or secret is wrong.");
    }
    request.session = { name: user.name, role: user.role };
    response.redirect(303, "/");
  });
  routes.get("/sign-out", (request, response) => {
    request.session = null;
    response.redirect(303, "/sign-in");
  });
  return routes;
}

const sendPage = (response: Response, status: number, message?: string) => {
  response.status(status).type("html").set("Cache-Control", "no-store").send(signInPage(message));
};

/** Lets only those pass who have signed in, as one of `users` with the role that they have now. */
export const signedIn =
  (users: readonly BoardUser[]): RequestHandler =>
  (request, response, next) => {
    const user = users.find(({ name }) => name === request.session?.name);
    if (user) {
      response.locals.role = user.role;
      next();
    } else if (request.method === "GET" && request.accepts("html")) response.redirect(303, "/sign-in");
    else response.status(401).json({ error: "sign in first" });
  };
