import type { AuditLog, createQueueRedis, createQueues, Db, Domain } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";
import express, { type Express } from "express";
import { problems } from "./board-problem.ts";
import { createBoardRouter } from "./board-router.ts";
import type { BoardUser } from "./board-user.ts";
import { answerProblems } from "./middleware/answer-problems.ts";
import { deadline } from "./middleware/deadline.ts";
import { noteChanges } from "./middleware/note-changes.ts";
import { observeRequests } from "./middleware/observe-requests.ts";
import { requireOperator } from "./middleware/require-operator.ts";
import { requireRedis } from "./middleware/require-redis.ts";
import { requireSignIn } from "./middleware/require-sign-in.ts";
import { sameOrigin } from "./middleware/same-origin.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import type { OutageLog } from "./outage-log.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { signOutRoutes } from "./routes/sign-out.ts";
import { createRunHistory } from "./run-history.ts";
import { createSessions, type SessionOptions } from "./session.ts";

const answerWithinMs = 1_400;

export interface BoardOptions {
  domains: readonly Domain[];
  queues: ReturnType<typeof createQueues>;
  redis: ReturnType<typeof createQueueRedis>;
  /** Where the history of runs is. */
  db: Db;
  audit: AuditLog;
  outage: OutageLog;
  users: readonly BoardUser[];
  session: SessionOptions;
  log: Logger;
  clock?: () => number;
}

/** Bull Board behind a sign-in: every page and file but the sign-in form and `/healthz` is for those who have signed in. */
export function createApp({ domains, queues, redis, db, audit, outage, users, session, log, clock = Date.now }: BoardOptions): Express {
  const sessions = createSessions(users, session, clock);
  const historyProvider = createRunHistory(db);
  const boards = {
    viewer: createBoardRouter(queues, { domains, readOnlyMode: true, historyProvider }),
    operator: createBoardRouter(queues, { domains, readOnlyMode: false, historyProvider }),
  };
  return express()
    .disable("x-powered-by")
    .use(observeRequests(log))
    .use(securityHeaders)
    .use(deadline(answerWithinMs))
    .get("/healthz", (_request, response) => void response.json({ status: "ok" }))
    .use(sessions.cookie)
    .use(noteChanges(audit, sessions))
    .use(sameOrigin)
    .use(signInRoutes({ users, sessions, log, clock }))
    .use(requireSignIn(sessions))
    .use(signOutRoutes(sessions))
    .use(requireOperator)
    .use(requireRedis(redis, outage))
    .use((request, response, next) => boards[response.locals.user.role as BoardUser["role"]](request, response, next))
    .use(() => {
      throw problems.notFound();
    })
    .use(answerProblems(log));
}
