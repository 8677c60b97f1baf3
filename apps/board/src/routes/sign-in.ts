import type { Logger } from "@caretaker/service";
import express, { Router } from "express";
import { z } from "zod";
import { type BoardUser, findUser } from "../board-user.ts";
import { createFailedAttempts } from "../failed-attempts.ts";
import { signInPage } from "../pages/sign-in-page.ts";
import { returnPath } from "../return-path.ts";
import type { Sessions } from "../session.ts";

const allowedFailures = { limit: 10, windowMs: 60_000 };

/** Anything may be posted: what is missing or not a text counts as empty. */
const form = z.object({ name: z.string().catch(""), secret: z.string().catch(""), next: z.string().catch("/").transform(returnPath) });

export interface SignInOptions {
  users: readonly BoardUser[];
  sessions: Sessions;
  log: Logger;
  clock: () => number;
}

/** `/sign-in`: a form that works without scripts, for ten failed attempts a minute and address. */
export function signInRoutes({ users, sessions, log, clock }: SignInOptions): Router {
  const failures = createFailedAttempts(allowedFailures, clock);
  const routes = Router();
  routes.get("/sign-in", (request, response) => {
    const next = returnPath(request.query.next);
    if (sessions.userOf(request)) response.redirect(next);
    else response.send(signInPage({ next }));
  });
  routes.post("/sign-in", express.urlencoded({ extended: false, limit: "8kb" }), (request, response) => {
    const { name, secret, next } = form.parse(request.body ?? {});
    const address = request.socket.remoteAddress ?? "";
    const wait = failures.waitSeconds(address);
    if (wait > 0) {
      const message = `Too many failed attempts. Try again in ${wait} seconds.`;
      response.status(429).set("Retry-After", `${wait}`).send(signInPage({ name, next, message }));
      return;
    }
    const user = findUser(users, name, secret);
    if (!user) {
      failures.add(address);
      log.warn({ address }, "sign-in refused");
      response.status(401).send(signInPage({ name, next, message: "Name or secret is wrong." }));
      return;
    }
    sessions.begin(request, user);
    log.info({ user: user.name, role: user.role, address }, "signed in");
    response.redirect(303, next);
  });
  return routes;
}
