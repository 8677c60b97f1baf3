import type { Engine } from "@caretaker/engine";
import type { Logger, Telemetry } from "@caretaker/service";
import express, { type Express } from "express";
import helmet from "helmet";
import { problems } from "./http-problem.ts";
import { answerProblems } from "./middleware/answer-problems.ts";
import { createAuthenticate } from "./middleware/authenticate.ts";
import { deadline } from "./middleware/deadline.ts";
import { observeRequests } from "./middleware/observe-requests.ts";
import { entryRoutes } from "./routes/entries.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobEventRoutes } from "./routes/job-events.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { reportRoutes } from "./routes/reports.ts";

/** Every answer comes within 1.5 s, one that was asked to wait excepted. */
const answerWithinMs = 1_400;

/** The HTTP API over an engine; when `stopping` fires, its streams end. */
export function createApp(engine: Engine, log: Logger, telemetry: Telemetry, stopping: AbortSignal): Express {
  const needs = createAuthenticate(engine.db);
  const soon = deadline(answerWithinMs);
  return express()
    .disable("x-powered-by")
    .set("etag", false)
    .use(observeRequests(log, telemetry))
    .use(helmet())
    .use((request, response, next) => (request.query.wait === undefined ? soon(request, response, next) : next()))
    .use(healthRoutes(engine, telemetry))
    .use(jobRoutes(engine, needs))
    .use(jobEventRoutes(engine, needs, { stopping }))
    .use(reportRoutes(engine, needs))
    .use(entryRoutes(engine, needs))
    .use((request) => {
      throw problems.notFound(`there is no ${request.path}`);
    })
    .use(answerProblems(log));
}
