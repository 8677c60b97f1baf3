import { acceptedJob, duration, instant, newSchedule, scheduleChange, scheduleFire, scheduleView, scheduleWhen } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { z } from "zod";
import { problems } from "../http-problem.ts";
import { idParam } from "../params.ts";
import { defineRoute, type Route } from "../route.ts";

const params = { id: idParam };
const bodyProblems = [404, 409, 413, 415, 422];
const one = { 200: { about: "the schedule", schema: scheduleView } };
const fireTimes = z.object({ next: z.array(z.string()) });
const timing = { every: duration.optional(), pattern: z.string().max(200).optional(), tz: z.string().max(64).optional() };
const twoDays = { from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" };

/** Schedules, and what is done with them. */
export function scheduleRoutes(engine: Engine): Route[] {
  const { schedules } = engine;
  const example = { params: { id: `${engine.domains[0]?.name}.example` } };
  return [
    defineRoute({
      operationId: "listSchedules",
      ...{ method: "get", path: "/v1/schedules", scope: "schedules:read", summary: "All schedules, by id" },
      answers: { 200: { about: "the schedules", schema: z.object({ schedules: z.array(scheduleView) }) } },
      handle: async () => ({ status: 200, body: { schedules: await schedules.list() } }),
    }),
    defineRoute({
      operationId: "createSchedule",
      ...{ method: "post", path: "/v1/schedules", scope: "schedules:write", summary: "Makes a schedule" },
      body: newSchedule,
      answers: { 201: { about: "the schedule", schema: scheduleView } },
      problems: [409, 413, 415, 422],
      example: { body: { id: example.params.id, queue: "warmup", when: { pattern: "30 3 * * *", tz: "Europe/Berlin" } } },
      async handle({ body, once }) {
        const made = await once(() => schedules.create(body));
        return { status: 201, body: made, headers: { Location: `/v1/schedules/${made.id}` } };
      },
    }),
    defineRoute({
      operationId: "previewTiming",
      ...{ method: "get", path: "/v1/schedules/preview", scope: "schedules:read" },
      summary: "The next ten fires of a timing: `every`, or `pattern` with `tz`",
      query: timing,
      answers: { 200: { about: "the fires", schema: fireTimes } },
      problems: [422],
      example: { query: { pattern: "30 3 * * *", tz: "Europe/Berlin" } },
      handle: async ({ query }) => ({ status: 200, body: { next: await schedules.preview(whenOf(query)) } }),
    }),
    defineRoute({
      operationId: "previewSchedule",
      ...{ method: "get", path: "/v1/schedules/{id}/preview", scope: "schedules:read", summary: "The next ten fires of a schedule" },
      ...{ params, answers: { 200: { about: "the fires", schema: fireTimes } }, problems: [404], example },
      handle: async ({ params: { id } }) => ({ status: 200, body: { next: await schedules.preview(id) } }),
    }),
    defineRoute({
      operationId: "listFires",
      ...{ method: "get", path: "/v1/schedules/{id}/fires", scope: "schedules:read", summary: "What became of a schedule's slots, the latest first" },
      params,
      query: { before: instant.optional(), limit: z.coerce.number().int().min(1).max(500).default(50) },
      answers: { 200: { about: "the slots", schema: z.object({ fires: z.array(scheduleFire) }) } },
      problems: [404],
      example,
      async handle({ params: { id }, query: { before, limit } }) {
        const fires = await schedules.fires(id, { limit, ...(before ? { before: new Date(before) } : {}) });
        if (fires.length === 0) await schedules.get(id);
        return { status: 200, body: { fires } };
      },
    }),
    defineRoute({
      operationId: "runSchedule",
      ...{ method: "post", path: "/v1/schedules/{id}/run", scope: "schedules:write", summary: "Puts a schedule's job into its queue now" },
      ...{ params, answers: { 202: { about: "the job", schema: acceptedJob } }, problems: [404, 409, 422], example },
      async handle({ params: { id }, deadline, once }) {
        const job = await once((jobId) => schedules.runNow(id, { jobId, signal: deadline }));
        return { status: 202, body: job, headers: { Location: `/v1/jobs/${job.queue}/${encodeURIComponent(job.id)}` } };
      },
    }),
    ...(["pause", "resume", "reset"] as const).map((verb) =>
      defineRoute({
        operationId: `${verb}Schedule`,
        ...{ method: "post", path: `/v1/schedules/{id}/${verb}`, scope: "schedules:write", summary: summaries[verb] },
        ...{ params, answers: one, problems: [404], example },
        handle: async ({ params: { id } }) => ({ status: 200, body: await schedules[verb](id) }),
      }),
    ),
    defineRoute({
      operationId: "backfillSchedule",
      ...{ method: "post", path: "/v1/schedules/{id}/backfill", scope: "schedules:write", summary: "Has slots of a time run that did not run" },
      params,
      body: z.strictObject({ from: instant, to: instant }),
      answers: { 202: { about: "how many", schema: z.object({ slots: z.int() }) } },
      problems: bodyProblems,
      example: { ...example, body: twoDays },
      async handle({ params: { id }, body: { from, to }, once }) {
        return { status: 202, body: await once(async () => ({ slots: await schedules.backfill(id, { from: new Date(from), to: new Date(to) }) })) };
      },
    }),
    defineRoute({
      operationId: "getSchedule",
      ...{ method: "get", path: "/v1/schedules/{id}", scope: "schedules:read", summary: "A schedule, with its next fire" },
      ...{ params, answers: one, problems: [404], example },
      handle: async ({ params: { id } }) => ({ status: 200, body: await schedules.get(id) }),
    }),
    defineRoute({
      operationId: "changeSchedule",
      ...{ method: "patch", path: "/v1/schedules/{id}", scope: "schedules:write" },
      summary: "Changes a schedule; of a declared one, this is an override that deploys leave alone",
      ...{ params, body: scheduleChange, answers: one, problems: bodyProblems },
      example: { ...example, body: { overlap: "queue-one" } },
      handle: async ({ params: { id }, body }) => ({ status: 200, body: await schedules.change(id, body) }),
    }),
    defineRoute({
      operationId: "removeSchedule",
      ...{ method: "delete", path: "/v1/schedules/{id}", scope: "schedules:write", summary: "Removes a schedule that was made here" },
      ...{ params, answers: { 204: { about: "it is gone; what became of its slots stays" } }, problems: [404, 409], example },
      async handle({ params: { id } }) {
        await schedules.remove(id);
        return { status: 204 };
      },
    }),
  ];
}

const summaries = {
  pause: "Pauses a schedule: it expects no slots",
  resume: "Lets a schedule go on with the first slot after now",
  reset: "Takes back what was changed of a declared schedule",
};

function whenOf(query: { every?: string | undefined; pattern?: string | undefined; tz?: string | undefined }): z.output<typeof scheduleWhen> {
  const parsed = scheduleWhen.safeParse(query);
  if (parsed.success) return parsed.data;
  throw problems.badRequest("invalid_query", "give every, such as 5m, or pattern, and with it tz");
}
