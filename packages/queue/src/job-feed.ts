import { on } from "node:events";
import type { JobEvent, JobState, JobView, Progress } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { entriesBetween, type LogEntry, lastId } from "./event-log.ts";
import { readJob } from "./job-view.ts";
import { createQueueListener, type JobNews, nameOf, type QueueListener } from "./queue-listener.ts";
import { type Shared, shareWhileHeld } from "./share-while-held.ts";
import { isLater, type StreamId } from "./stream-id.ts";

/** An event of a job, and from where on to ask for the next ones. */
export type FedEvent = JobEvent & { readonly id: StreamId };

export interface FeedOptions {
  readonly signal: AbortSignal;
  /** The id of the last event that the caller had before it was cut off. */
  readonly after?: StreamId | undefined;
}

/** Tells of single jobs to many at once. */
export interface JobFeed extends AsyncDisposable {
  /**
   * What happens to a job, beginning with where it stands, until its end or until `signal` fires; nothing if there is no
   * such job. With `after`, what happened since then comes first, instead of where it stands, unless BullMQ has forgotten it.
   */
  follow(queue: Queue, id: string, options: FeedOptions): AsyncGenerator<FedEvent, void, undefined>;
}

const closeIdleAfterMs = 10_000;
const toldStates: ReadonlySet<string | undefined> = new Set(["waiting", "active", "delayed", "waiting-children"]);
const endStates: ReadonlySet<JobState> = new Set(["completed", "failed", "cancelled"]);

/** A feed of the queues under `prefix`; it has one connection for each queue of which jobs are followed. */
export function createJobFeed({ redis, prefix }: { redis: Redis; prefix: string }): JobFeed {
  const listeners = new Map<string, Shared<QueueListener>>();
  const listenerOf = (queue: Queue) => {
    const known = listeners.get(queue.name);
    if (known) return known;
    const shared = shareWhileHeld(createQueueListener(queue, redis, prefix), closeIdleAfterMs, () => listeners.delete(queue.name));
    listeners.set(queue.name, shared);
    return shared;
  };
  return {
    async *follow(queue, id, options) {
      using held = listenerOf(queue).hold();
      try {
        yield* eventsOf(queue, id, { redis, ...(await held.it), ...options });
      } catch (error) {
        if (!options.signal.aborted) throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...listeners.values()].map((shared) => shared.close()));
    },
  };
}

interface Following extends FeedOptions, Pick<QueueListener, "news"> {
  readonly redis: Redis;
}

async function* eventsOf(queue: Queue, id: string, { redis, news, signal, after }: Following): AsyncGenerator<FedEvent, void, undefined> {
  const incoming = on(news, nameOf(id), { signal }); // listens from here on
  try {
    const last = await lastId(redis, queue);
    const missed = after && (await entriesBetween(redis, queue, id, after, last));
    const job = await readJob(queue, id);
    if (!job) return;
    yield* missed ? missed.flatMap(eventOf) : standing(job, last);
    if (endStates.has(job.state)) yield { event: "end", id: last, data: job };
    else yield* untilEnd(queue, job, last, incoming);
  } finally {
    await incoming.return?.();
  }
}

async function* untilEnd(queue: Queue, job: JobView, last: StreamId, incoming: AsyncIterable<JobNews[]>): AsyncGenerator<FedEvent, void, undefined> {
  for await (const [news = {}] of incoming) {
    const { id = last } = news;
    if (news.id && !isLater(news.id, last)) continue;
    const [event] = eventOf({ event: "", ...news, id });
    if (event) yield event;
    if (news.event === "progress" || toldStates.has(news.event)) continue;
    const now = await readJob(queue, job.id);
    if (now && !endStates.has(now.state)) yield { event: "state", id, data: { state: now.state } };
    else return yield { event: "end", id, data: now ?? { ...job, state: "unknown" } };
  }
}

const standing = ({ state, progress }: JobView, id: StreamId): FedEvent[] => [
  { event: "state", id, data: { state } },
  ...(progress ? [{ event: "progress", id, data: progress } as const] : []),
];

/** What is told of an entry; of an end it says nothing, since the job itself is looked at then. */
function eventOf({ id, event, data }: LogEntry): FedEvent[] {
  if (event === "progress") return typeof data === "object" ? [{ event, id, data: data as Progress }] : [];
  return toldStates.has(event) ? [{ event: "state", id, data: { state: event as JobState } }] : [];
}
