import type { JobEvent } from "@caretaker/contracts";
import { backoff } from "./backoff.ts";
import { pause } from "./pause.ts";
import { refusalOf } from "./refusal.ts";
import { ApiUnreachable, RequestRefused } from "./request-refused.ts";
import { type SentEvent, serverSentEvents } from "./server-sent-events.ts";
import type { Transport } from "./transport.ts";

/** Three heartbeats of the API. */
const silenceMs = 45_000;

/**
 * What happens to a job until its end, each thing once: a stream that is cut off is taken up where it was. Throws
 * `RequestRefused`, or `ApiUnreachable` when the API has said nothing for as long as the client has patience.
 */
export async function* jobEvents(transport: Transport, path: string, signal?: AbortSignal): AsyncGenerator<JobEvent, void, undefined> {
  let lastId: string | undefined;
  let heardAt = Date.now();
  for (let cuts = 1; ; cuts++) {
    let cause: unknown;
    try {
      for await (const { event, id, data } of openStream(transport, path, lastId, signal)) {
        [heardAt, cuts, lastId] = [Date.now(), 0, id ?? lastId];
        yield { event, data: JSON.parse(data) } as JobEvent;
        if (event === "end") return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RequestRefused && error.status < 500 && error.status !== 429) throw error;
      cause = error;
    }
    if (Date.now() - heardAt > transport.patienceMs)
      throw new ApiUnreachable(`nothing was heard of ${path} for ${transport.patienceMs} ms`, { cause });
    await pause(Math.max(backoff(cuts), cause instanceof RequestRefused ? cause.retryAfterMs : 0), signal);
  }
}

async function* openStream(
  transport: Transport,
  path: string,
  lastId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<SentEvent> {
  const left = new AbortController();
  const late = setTimeout(() => left.abort(), transport.timeoutMs);
  try {
    const headers = { Accept: "text/event-stream", ...(lastId === undefined ? {} : { "Last-Event-ID": lastId }) };
    const answer = await transport.open(path, { headers, signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal });
    clearTimeout(late);
    if (answer.status !== 200 || !answer.body) throw await refusalOf(answer);
    yield* serverSentEvents(answer.body, silenceMs);
  } finally {
    clearTimeout(late);
    left.abort();
  }
}
