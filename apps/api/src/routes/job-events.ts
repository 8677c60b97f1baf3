import type { JobEvent, JobView, QueueName } from "@caretaker/contracts";
import { type Engine, isStreamId } from "@caretaker/engine";
import type { Request } from "express";
import { bearerOf } from "../bearer-of.ts";
import { problems } from "../http-problem.ts";
import type { Identify } from "../identify.ts";
import { idParam, queueParam } from "../params.ts";
import { defineRoute, type Route } from "../route.ts";
import { type ServerSentEvent, sendEvents } from "../send-events.ts";
import { createStreamPlaces } from "../stream-places.ts";

const limits = { total: 1_000, perKey: 100 };
const askForKeyEveryMs = 1_000;
/** The id of a job's last event: who has it needs no more. */
const endId = "end";

export interface JobEventOptions {
  /** Ends all streams when it fires; clients go on with another replica. */
  readonly stopping: AbortSignal;
  /** Asked again and again: a stream ends with the key that it was asked with. */
  readonly identify: Identify;
  readonly heartbeatMs?: number;
}

/** `GET /v1/jobs/{queue}/{id}/events`: server-sent events of a job until its end, after a cut from `Last-Event-ID` on. */
export function jobEventRoute(engine: Engine, { stopping, identify, heartbeatMs = 15_000 }: JobEventOptions): Route {
  const takePlace = createStreamPlaces(limits);
  return defineRoute({
    operationId: "followJob",
    ...{ method: "get", path: "/v1/jobs/{queue}/{id}/events", scope: "jobs:read" },
    summary: "A job's states and progress as server-sent events until its end; Last-Event-ID goes on after a cut",
    params: { queue: queueParam, id: idParam },
    answers: {
      200: { about: "events `state`, `progress` and `end`, the last one", type: "text/event-stream" },
      204: { about: "the end has been told" },
    },
    problems: [404],
    example: { params: { queue: "warmup", id: "example-warm-up" } },
    async handle({ params: { queue, id }, caller, deadline, request, response }) {
      const lastId = lastEventId(request);
      if (lastId === endId) return { status: 204 };
      using _place = takePlace(caller.name);
      const gone = new AbortController();
      response.on("close", () => gone.abort());
      const events = eventsOf(engine, queue, id, { after: lastId, signal: AbortSignal.any([gone.signal, stopping]) });
      const first = await events.next();
      const told = first.done ? endOnly(await engine.recallJob(queue, id)) : from(first.value, events);
      if (!told) throw problems.notFound(`queue ${queue} has no job ${id}, or it ended so long ago that it is forgotten`);
      deadline.lift();
      response.locals.isStream = true;
      using _watch = untilRevoked(identify, request, () => gone.abort());
      await sendEvents(response, told, { heartbeatMs });
      return undefined;
    },
  });
}

function lastEventId(request: Request) {
  const id = request.get("last-event-id");
  if (id === undefined || id === endId || isStreamId(id)) return id;
  throw problems.badRequest("invalid_last_event_id", "Last-Event-ID is not the id of an event of this stream");
}

/** Calls `end` when the key of a request is not good any more. */
function untilRevoked(identify: Identify, request: Request, end: () => void): Disposable {
  const text = bearerOf(request);
  const ask = async () => void (await identify(text));
  const timer = setInterval(() => void ask().catch((error) => error.status === 401 && end()), askForKeyEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

type Options = Exclude<Parameters<Engine["jobEvents"]>[2], undefined>;

async function* eventsOf(engine: Engine, queue: QueueName, id: string, options: Options): AsyncGenerator<ServerSentEvent & JobEvent> {
  for await (const event of engine.jobEvents(queue, id, options)) yield event.event === "end" ? { ...event, id: endId } : event;
}

/** What is told of a job that only its runs tell of by now. */
const endOnly = (job: JobView | undefined) => job && from({ event: "end", id: endId, data: job } as const, noMore());

async function* noMore(): AsyncGenerator<never> {}

async function* from<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
