import { instant, jobView, queueName, queueView } from "@caretaker/contracts";
import type { DeadLetter, Engine } from "@caretaker/engine";
import { z } from "zod";
import { queueParam } from "../params.ts";
import { defineRoute, type Route } from "../route.ts";

const filter = { name: z.string().max(200).optional(), error: z.string().max(200).optional(), from: instant.optional(), to: instant.optional() };
const example = { params: { queue: "warmup" } };

/** Queues: how they stand, their dead letters, pausing and resuming. */
export const queueRoutes = (engine: Engine): Route[] => [
  defineRoute({
    operationId: "listQueues",
    ...{ method: "get", path: "/v1/queues", scope: "queues:read" },
    summary: "All queues: their jobs by state, how long the oldest has waited, their workers and their rate",
    answers: { 200: { about: "the queues", schema: z.object({ queues: z.array(queueView) }) } },
    async handle() {
      return { status: 200, body: { queues: await Promise.all(queueName.options.map((queue) => engine.readQueue(queue))) } };
    },
  }),
  switchRoute(engine, "pause", "Has workers take no more jobs of a queue; those that run go on"),
  switchRoute(engine, "resume", "Has workers take jobs of a queue again"),
  defineRoute({
    operationId: "listDeadLetters",
    ...{ method: "get", path: "/v1/queues/{queue}/dead-letters", scope: "queues:read" },
    summary: "Jobs that have used up their attempts, latest first",
    params: { queue: queueParam },
    query: { ...filter, limit: z.coerce.number().int().min(1).max(500).default(50) },
    answers: { 200: { about: "the jobs", schema: z.object({ jobs: z.array(jobView.omit({ logs: true })) }) } },
    problems: [404],
    example,
    async handle({ params: { queue }, query }) {
      const jobs: DeadLetter[] = [];
      for await (const job of engine.deadLetters(queue, filterOf(query))) jobs.push(job);
      return { status: 200, body: { jobs } };
    },
  }),
  defineRoute({
    operationId: "redriveQueue",
    ...{ method: "post", path: "/v1/queues/{queue}/redrive", scope: "queues:admin" },
    summary: "Puts dead letters back to wait, the latest first",
    params: { queue: queueParam },
    body: z.strictObject({ ...filter, limit: z.int().min(1).max(500).default(100) }),
    bodyOptional: true,
    answers: { 200: { about: "how many were put back", schema: z.object({ redriven: z.int() }) } },
    problems: [404, 413, 415, 422],
    example: { ...example, body: { limit: 100 } },
    async handle({ params: { queue }, body }) {
      return { status: 200, body: { redriven: await engine.redrive(queue, filterOf(body)) } };
    },
  }),
];

const switchRoute = (engine: Engine, verb: "pause" | "resume", summary: string): Route =>
  defineRoute({
    operationId: `${verb}Queue`,
    ...{ method: "post", path: `/v1/queues/{queue}/${verb}`, scope: "queues:admin", summary },
    params: { queue: queueParam },
    answers: { 200: { about: "the queue", schema: queueView } },
    problems: [404],
    example,
    async handle({ params: { queue } }) {
      await (verb === "pause" ? engine.pauseQueue(queue) : engine.resumeQueue(queue));
      return { status: 200, body: await engine.readQueue(queue) };
    },
  });

interface Filter {
  name?: string | undefined;
  error?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
}

const filterOf = ({ from, to, ...rest }: Filter) => ({ ...rest, from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined });
