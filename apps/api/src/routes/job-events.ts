import type { JobEvent, QueueName } from "@caretaker/contracts";
import { type Engine, isStreamId } from "@caretaker/engine";
import { type Request, Router } from "express";
import { problems } from "../http-problem.ts";
import type { createAuthenticate } from "../middleware/authenticate.ts";
import { onlyMethods } from "../middleware/only-methods.ts";
import { queueOf } from "../queue-of.ts";
import { readQuery } from "../read-query.ts";
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
export function jobEventRoutes(
  engine: Engine,
  needs: ReturnType<typeof createAuthenticate>,
  { stopping, heartbeatMs = 15_000 }: JobEventOptions,
): Router {
  const takePlace = createStreamPlaces(limits);
  const routes = Router();
  routes
    .route("/v1/jobs/:queue/:id/events")
    .get(needs("jobs:read"), async (request, response) => {
      readQuery({}, request);
      const queue = queueOf(request.params.queue);
      const lastId = lastEventId(request);
      if (lastId === endId) return void response.status(204).end();
      using _place = takePlace(String(response.locals.key));
      const gone = new AbortController();
      response.on("close", () => gone.abort());
      const events = eventsOf(engine, queue, request.params.id, { after: lastId, signal: AbortSignal.any([gone.signal, stopping]) });
      const first = await events.next();
      if (first.done) throw problems.notFound(`queue ${queue} has no job ${request.params.id}, or it ended so long ago that Redis has forgotten it`);
      response.locals.isStream = true;
      await sendEvents(response, from(first.value, events), { heartbeatMs });
    })
    .all(onlyMethods("GET"));
  return routes;
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
