import type { DomainRoute, Engine } from "@caretaker/engine";
import { defineRoute, type Route } from "../route.ts";

const bodyProblems = [413, 415, 422];

/** The routes that domains declare. */
export const domainRoutes = (engine: Engine): Route[] =>
  engine.domains.flatMap(({ routes = [] }) => routes).map((route) => (route.body ? withBody(engine, route, route.body) : withoutBody(engine, route)));

const withoutBody = (engine: Engine, { body: _, example: __, handle, ...facts }: DomainRoute): Route =>
  defineRoute({
    ...facts,
    handle: ({ deadline }) => handle({ engine, body: undefined, enqueue: engine.enqueue, liftDeadline: () => deadline.lift() }),
  });

const withBody = (engine: Engine, { handle, problems = [], example, ...facts }: DomainRoute, body: NonNullable<DomainRoute["body"]>): Route =>
  defineRoute({
    ...facts,
    ...{ body, problems: [...bodyProblems, ...problems], ...(example ? { example } : {}) },
    handle: ({ body: read, deadline, once }) =>
      handle({
        engine,
        body: read,
        enqueue: (queue, payload, options) => once((jobId) => engine.enqueue(queue, payload, { jobId, signal: deadline, ...options })),
        liftDeadline: () => deadline.lift(),
      }),
  });
