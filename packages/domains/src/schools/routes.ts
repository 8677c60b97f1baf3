import { acceptedJob, jobState, type ScheduleView, type WarmupResult, warmupResult } from "@caretaker/contracts";
import { type DomainRoute, defineDomainRoute, type Engine, JobFailed, JobUnfinished } from "@caretaker/engine";
import { z } from "zod";
import { namespace } from "./level.ts";
import { oldSchedules } from "./schedules.ts";

const longestWaitMs = 60_000;
const body = z.strictObject({ type: z.enum(["all", "primary", "secondary", "stats"]).default("all"), async: z.boolean().default(false) });
const ended = z.object({ id: z.string(), queue: z.literal("warmup"), name: z.string(), state: jobState, result: warmupResult });
const warmupFacts = {
  method: "post",
  scope: "jobs:write",
  body,
  problems: [502, 504],
  example: { body: { type: "stats", async: true } },
  answers: { 200: { about: "it has been done", schema: ended }, 202: { about: "it is accepted", schema: acceptedJob } },
} as const;
const job = z.object({ id: z.string(), name: z.string(), next_run: z.string().nullable(), trigger: z.string() });

type Enqueue = Engine["enqueue"];

const status = defineDomainRoute({
  operationId: "schedulerStatus",
  ...{
    method: "get",
    path: "/api/scheduler/status",
    scope: "schedules:read",
    summary: "The schedules that the old system had; running while a worker is there",
  },
  answers: { 200: { about: "the schedules", schema: z.object({ running: z.boolean(), jobs: z.array(job), total_jobs: z.int() }) } },
  async handle({ engine: { schedules, queues } }) {
    const [known, workers] = await Promise.all([schedules.list(), queues.warmup.getWorkersCount()]);
    const views = new Map(known.map((view) => [view.id, view]));
    const jobs = await Promise.all(
      oldSchedules.map(async ({ name, when }) => jobOf(name, when, views.get(`${namespace}.${name}`), schedules.preview)),
    );
    return { status: 200, body: { running: workers > 0, jobs, total_jobs: jobs.length } };
  },
});

/** A schedule in the old words; one that no worker has declared yet is as it is going to be. */
async function jobOf(name: string, declared: ScheduleView["when"], view: ScheduleView | undefined, preview: Engine["schedules"]["preview"]) {
  const when = view?.when ?? declared;
  const next = view ? view.nextAt : (await preview(declared))[0];
  return {
    id: `${namespace}.${name}`,
    name,
    next_run: view?.paused ? null : (next ?? null),
    trigger: "pattern" in when ? when.pattern : `every ${when.every}`,
  };
}

const warmup = defineDomainRoute({
  operationId: "schedulerWarmup",
  ...warmupFacts,
  path: "/api/scheduler/warmup",
  summary: "Warms schools; waits for the end unless `async`",
  async handle({ engine, body: { type, async: later }, enqueue, liftDeadline }) {
    return answer(engine, await warm(enqueue, type, { force: true }), later, liftDeadline);
  },
});

const clearAndWarmup = defineDomainRoute({
  operationId: "schedulerClearAndWarmup",
  ...warmupFacts,
  path: "/api/scheduler/clear-and-warmup",
  summary: "Drops all values of schools and warms; waits for the end unless `async`",
  async handle({ engine, body: { type, async: later }, enqueue, liftDeadline }) {
    await engine.cache.clear(namespace);
    return answer(engine, await warm(enqueue, type, {}), later, liftDeadline);
  },
});

const warm = (enqueue: Enqueue, type: string, options: { force?: boolean }) =>
  enqueue("warmup", { domain: namespace, entries: [type], scope: "all", ...options });

async function answer(engine: Engine, accepted: z.infer<typeof acceptedJob>, later: boolean, liftDeadline: () => void) {
  if (later) return { status: 202, body: accepted, headers: { Location: `/v1/jobs/warmup/${encodeURIComponent(accepted.id)}` } };
  liftDeadline();
  return { status: 200, body: await outcomeOf(engine, accepted.id) };
}

/** What became of a warm-up. Throws `JobFailed` if one of its values failed, or all of it; `JobUnfinished` if it takes too long. */
async function outcomeOf(engine: Engine, id: string) {
  const job = await engine.followJob("warmup", id, { signal: AbortSignal.timeout(longestWaitMs) });
  if (job?.state === "failed" || job?.state === "cancelled") throw new JobFailed(`warm-up ${id}: ${job.error ?? job.state}`);
  if (job?.state !== "completed") throw new JobUnfinished(`warm-up ${id} has not ended within ${longestWaitMs / 1_000} s; it goes on`);
  const result = job.result as WarmupResult;
  const [failure] = result.failures;
  if (result.failed > 0)
    throw new JobFailed(`warm-up ${id}: ${result.failed} of ${result.targets} values failed, ${failure?.entry}: ${failure?.error}`);
  return { id, queue: job.queue, name: job.name, state: job.state, result };
}

/** The routes of the system that was here before, for those who go on calling them. */
export const routes: readonly DomainRoute[] = [status, warmup, clearAndWarmup];
