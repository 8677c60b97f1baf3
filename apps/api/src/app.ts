import type { Engine } from "@caretaker/engine";
import type { Logger, Telemetry } from "@caretaker/service";
import express, { type Express } from "express";
import { createGate } from "./gate.ts";
import { problems } from "./http-problem.ts";
import { createIdentify } from "./identify.ts";
import { answerProblems } from "./middleware/answer-problems.ts";
import { observeRequests } from "./middleware/observe-requests.ts";
import { mountRoutes } from "./mount-routes.ts";
import type { Route } from "./route.ts";
import { auditRoute } from "./routes/audit.ts";
import { batchRoute } from "./routes/batch.ts";
import { cacheRoutes } from "./routes/cache.ts";
import { docsRoutes } from "./routes/docs.ts";
import { domainRoutes } from "./routes/domains.ts";
import { entryRoute } from "./routes/entries.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobEventRoute } from "./routes/job-events.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { messageRoutes } from "./routes/messages.ts";
import { queueRoutes } from "./routes/queues.ts";
import { reportRoute } from "./routes/reports.ts";
import { runRoutes } from "./routes/runs.ts";
import { scheduleRoutes } from "./routes/schedules.ts";

export interface AppOptions {
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Ends all streams when it fires. */
  readonly stopping: AbortSignal;
  /** How many requests a key may make in how long. */
  readonly rate: { readonly max: number; readonly everyMs: number };
  /** How many jobs of a queue may wait before no more are taken. */
  readonly backlogCap: number;
}

/** The HTTP API over an engine. */
export function createApp(engine: Engine, { log, telemetry, stopping, rate, backlogCap }: AppOptions): Express {
  const admission = engine.admitJobs(backlogCap);
  const identify = createIdentify(engine.db);
  const routes: Route[] = [
    entryRoute(engine),
    batchRoute(engine, admission),
    ...jobRoutes(engine, admission),
    jobEventRoute(engine, { stopping, identify }),
    ...messageRoutes(engine, admission),
    ...queueRoutes(engine),
    ...scheduleRoutes(engine),
    ...runRoutes(engine),
    ...cacheRoutes(engine),
    reportRoute(engine),
    auditRoute(engine),
    ...domainRoutes(engine),
    ...healthRoutes(engine, telemetry),
  ];
  const gate = createGate({ identify, limiter: engine.limitRate(rate.max, rate.everyMs) });
  return express()
    .disable("x-powered-by")
    .set("etag", false)
    .set("query parser", false)
    .use(observeRequests(log, telemetry))
    .use(mountRoutes([...routes, ...docsRoutes(routes)], { db: engine.db, audit: engine.audit, gate }))
    .use(async (request, response) => {
      await gate(request, response);
      throw problems.notFound(`there is no ${request.path}`);
    })
    .use(answerProblems(log));
}
