import type { createQueues } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";
import cookieSession from "cookie-session";
import express, { type ErrorRequestHandler, type Express } from "express";
import helmet from "helmet";
import { createBoardRouter } from "./board-router.ts";
import type { BoardUser } from "./board-user.ts";
import { sameOrigin } from "./same-origin.ts";
import { signedIn, signInRoutes } from "./sign-in.ts";

const answerWithinMs = 1_400;

export interface BoardOptions {
  users: readonly BoardUser[];
  sessionSecret: string;
  sessionMs: number;
}

/** Bull Board behind a sign-in: every page and file but the sign-in form and `/healthz` is for those who have signed in. */
export function createApp(queues: ReturnType<typeof createQueues>, { users, sessionSecret, sessionMs }: BoardOptions, log: Logger): Express {
  const boards = { viewer: createBoardRouter(queues, true), operator: createBoardRouter(queues, false) };
  return express()
    .disable("x-powered-by")
    .use(securityHeaders())
    .use((_request, response, next) => {
      const timer = setTimeout(
        () => !response.headersSent && response.status(503).json({ error: "Redis does not answer; try again" }),
        answerWithinMs,
      );
      response.on("close", () => clearTimeout(timer));
      next();
    })
    .get("/healthz", (_request, response) => {
      response.json({ status: "ok" });
    })
    .use(sameOrigin)
    .use(cookieSession({ name: "caretaker", keys: [sessionSecret], maxAge: sessionMs, httpOnly: true, sameSite: "strict", overwrite: true }))
    .use(signInRoutes(users))
    .use(signedIn(users))
    .use((request, response, next) => boards[response.locals.role as BoardUser["role"]](request, response, next))
    .use(answerErrors(log));
}

/** Bull Board's page wants inline styles and a link to outside fonts, which is left unanswered: system fonts serve. */
const securityHeaders = () =>
  helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  });

const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    log.warn({ err: error }, "request failed");
    if (!response.headersSent) response.status(503).json({ error: "the board can't read its queues now; try again" });
  };
