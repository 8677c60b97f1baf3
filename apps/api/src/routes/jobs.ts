import { duration, type JobView, type QueueName, toMs } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { Router } from "express";
import { problems } from "../http-problem.ts";
import type { createAuthenticate } from "../middleware/authenticate.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { onlyMethods } from "../middleware/only-methods.ts";
import { queueOf } from "../queue-of.ts";
import { readQuery } from "../read-query.ts";

const longestWaitMs = 60_000;

/** `POST /v1/jobs/{queue}` puts a job into a queue, `GET /v1/jobs/{queue}/{id}` tells how it stands. */
export function jobRoutes(engine: Engine, needs: ReturnType<typeof createAuthenticate>): Router {
  const routes = Router();
  routes
    .route("/v1/jobs/:queue")
    .post(needs("jobs:write"), ...jsonBody, async (request, response) => {
      const queue = queueOf(request.params.queue);
      const { wait } = readQuery({ wait: duration.optional() }, request);
      const job = await engine.enqueue(queue, request.body);
      response.location(`/v1/jobs/${queue}/${job.id}`);
      const ended = wait && (await endOf(engine, queue, job.id, Math.min(toMs(wait), longestWaitMs)));
      if (ended) response.status(200).json({ ...job, ...ended });
      else response.status(202).json(job);
    })
    .all(onlyMethods("POST"));
  routes
    .route("/v1/jobs/:queue/:id")
    .get(needs("jobs:read"), async (request, response) => {
      readQuery({}, request);
      const { queue, id } = request.params;
      const job = await engine.readJob(queueOf(queue), id);
      if (!job) throw problems.notFound(`queue ${queue} has no job ${id}, or it ended so long ago that Redis has forgotten it`);
      response.json(job);
    })
    .all(onlyMethods("GET"));
  return routes;
}

/** The job if it ends within `ms`. */
async function endOf(engine: Engine, queue: QueueName, id: string, ms: number): Promise<JobView | undefined> {
  const job = await engine.followJob(queue, id, { signal: AbortSignal.timeout(ms) });
  return job && (job.state === "completed" || job.state === "failed") ? job : undefined;
}
