import type { JobEvent, QueueName } from "@caretaker/contracts";
import { type Engine, isStreamId } from "@caretaker/engine";
import type { Request } from "express";
import { problems } from "../http-problem.ts";
import { idParam, queueParam } from "../params.ts";
import { defineRoute, type Route } from "../route.ts";
import { type ServerSentEvent, sendEvents } from "../send-events.ts";
import { createStreamPlaces } from "../stream-places.ts";

const limits = { total: 1_000, perKey: 100 };
/** The id of a job's last event: who has it needs no more. */
const endId = "end";

export interface JobEventOptions {
  /** Ends all streams when it fires; clients go on with another replica. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs?: number;
}

/** `GET /v1/jobs/{queue}/{id}/events`: server-sent events of a job until its end, after a cut from `Last-Event-ID` on. */
export function jobEventRoute(engine: Engine, { stopping, heartbeatMs = 15_000 }: JobEventOptions): Route {
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
      if (first.done) throw problems.notFound(`queue ${queue} has no job ${id}, or it ended so long ago that Redis has forgotten it`);
      deadline.lift();
      response.locals.isStream = true;
      await sendEvents(response, from(first.value, events), { heartbeatMs });
      return undefined;
    },
  });
}

function lastEventId(request: Request) {
  const id = request.get("last-event-id");
  if (id === undefined || id === endId || isStreamId(id)) return id;
  throw problems.badRequest("invalid_last_event_id", "Last-Event-ID is not the id of an event of this stream");
}

type Options = Exclude<Parameters<Engine["jobEvents"]>[2], undefined>;

async function* eventsOf(engine: Engine, queue: QueueName, id: string, options: Options): AsyncGenerator<ServerSentEvent & JobEvent> {
  for await (const event of engine.jobEvents(queue, id, options)) yield event.event === "end" ? { ...event, id: endId } : event;
}

async function* from<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
