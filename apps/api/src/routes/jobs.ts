import { acceptedJob, duration, type JobOptions, type JobView, jobOptions, jobView, type QueueName, queueName, toMs } from "@caretaker/contracts";
import type { Admission, Engine, EnqueueOptions } from "@caretaker/engine";
import { z } from "zod";
import type { Deadline } from "../deadline.ts";
import { problems } from "../http-problem.ts";
import { describeJob } from "../openapi/describe-job.ts";
import { idParam, queueParam } from "../params.ts";
import { type Answer, defineRoute, type Route } from "../route.ts";

const longestWaitMs = 60_000;
const cancelWithinMs = 1_000;
const example = { queue: "warmup", id: "example-warm-up" };

/** One job: put in, looked at, cancelled, put back. */
export const jobRoutes = (engine: Engine, admission: Admission): Route[] => [
  ...queueName.options.filter((queue) => engine.payloadSchemas(queue).length > 0).map((queue) => enqueueRoute(engine, admission, queue)),
  noSuchQueue,
  defineRoute({
    operationId: "getJob",
    ...{ method: "get", path: "/v1/jobs/{queue}/{id}", scope: "jobs:read" },
    summary: "How a job stands; also one that only its runs tell of by now",
    params: { queue: queueParam, id: idParam },
    answers: { 200: { about: "the job", schema: jobView } },
    problems: [404],
    example: { params: example },
    async handle({ params: { queue, id } }) {
      return { status: 200, body: (await engine.recallJob(queue, id)) ?? missing(queue, id) };
    },
  }),
  defineRoute({
    operationId: "cancelJob",
    ...{ method: "delete", path: "/v1/jobs/{queue}/{id}", scope: "jobs:write" },
    summary: "Cancels a job, whether it waits, is delayed or runs",
    params: { queue: queueParam, id: idParam },
    query: { reason: z.string().max(500).optional() },
    answers: {
      200: { about: "it is cancelled", schema: jobView },
      202: { about: "it was told to stop and has not stopped yet", schema: jobView },
    },
    problems: [404, 409],
    example: { params: example },
    async handle({ params: { queue, id }, query: { reason }, caller }) {
      const who = { by: caller.name, waitMs: cancelWithinMs, ...(reason ? { reason } : {}) };
      const job = (await engine.cancelJob(queue, id, who)) ?? missing(queue, id);
      return { status: job.state === "cancelled" ? 200 : 202, body: job };
    },
  }),
  defineRoute({
    operationId: "retryJob",
    ...{ method: "post", path: "/v1/jobs/{queue}/{id}/retry", scope: "jobs:write" },
    summary: "Puts a failed or cancelled job back to wait, with all its attempts",
    params: { queue: queueParam, id: idParam },
    answers: { 200: { about: "it waits again", schema: jobView } },
    problems: [404, 409],
    example: { params: example },
    async handle({ params: { queue, id } }) {
      return { status: 200, body: (await engine.retryJob(queue, id)) ?? missing(queue, id) };
    },
  }),
];

/** For the names that the routes above do not take. */
const noSuchQueue = defineRoute({
  operationId: "enqueue",
  ...{ method: "post", path: "/v1/jobs/{queue}", scope: "jobs:write", summary: "Tells which queues there are", undocumented: true },
  params: { queue: queueParam },
  answers: {},
  async handle({ params: { queue } }) {
    throw problems.notFound(`no domain has jobs for the queue ${queue}`);
  },
});

function missing(queue: string, id: string): never {
  throw problems.notFound(`queue ${queue} has no job ${id}, or it ended so long ago that it is forgotten`);
}

const enqueueRoute = (engine: Engine, admission: Admission, queue: QueueName): Route =>
  defineRoute({
    operationId: `enqueue${queue[0]?.toUpperCase()}${queue.slice(1)}`,
    ...{ method: "post", path: `/v1/jobs/${queue}`, scope: "jobs:write" },
    summary: `Puts a job into the queue ${queue}; while an equal one waits, that one is given back`,
    query: { wait: duration.optional() },
    body: z.looseObject({ opts: jobOptions.optional() }),
    describedBody: () => describeJob(engine, queue),
    answers: {
      200: { about: "it has ended within the time to wait", schema: acceptedJob.extend(jobView.shape) },
      202: { about: "it is accepted", schema: acceptedJob },
    },
    problems: [409, 413, 415, 422],
    example: { body: { ...examplePayload(engine, queue), opts: { jobId: queue === example.queue ? example.id : `example-${queue}`, delay: "1h" } } },
    async handle({ body: { opts, ...payload }, query: { wait }, deadline, once }) {
      const job = await once(async (id) => {
        await admission.check(queue, 1);
        return engine.enqueue(queue, payload, optionsOf(opts, { id, deadline }));
      });
      const headers = { Location: `/v1/jobs/${queue}/${encodeURIComponent(job.id)}` };
      if (wait === undefined) return { status: 202, body: job, headers };
      deadline.lift();
      return ended(job, headers, await endOf(engine, queue, job.id, toMs(wait)));
    },
  });

/** A payload that its job says is an example, or names the domain alone. */
function examplePayload(engine: Engine, queue: QueueName): object {
  const [first] = engine.payloadSchemas(queue);
  const [declared] = (first?.schema.meta()?.examples ?? []) as object[];
  return declared ?? { domain: first?.domain };
}

const ended = (job: object, headers: Record<string, string>, end: JobView | undefined): Answer =>
  end ? { status: 200, body: { ...job, ...end }, headers } : { status: 202, body: job, headers };

/** The options of a job as the engine takes them; an id that the caller chose goes before that of the request. */
export const optionsOf = (opts: JobOptions | undefined, request: { id: string | undefined; deadline: Deadline }): EnqueueOptions => ({
  jobId: opts?.jobId ?? request.id,
  delayMs: typeof opts?.delay === "string" ? toMs(opts.delay) : opts?.delay,
  priority: opts?.priority,
  signal: request.deadline,
});

/** The job if it ends within `ms`. */
async function endOf(engine: Engine, queue: QueueName, id: string, ms: number): Promise<JobView | undefined> {
  const job = await engine.followJob(queue, id, { signal: AbortSignal.timeout(Math.min(ms, longestWaitMs)) });
  return job && ["completed", "failed", "cancelled"].includes(job.state) ? job : undefined;
}
