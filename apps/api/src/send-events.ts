import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { writeHead } from "./response-head.ts";

/** A server-sent event; `id` is what the client names to go on after a cut. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

export interface SendOptions {
  /** While nothing happens, a comment this often keeps proxies from closing the connection, ms. */
  readonly heartbeatMs: number;
  /** Who does not read for this long is cut off, ms. */
  readonly patienceMs?: number;
}

const reconnectAfterMs = 1_000;
const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", Connection: "close" };

/** Answers with events until there are no more of them. They are asked for one by one: what the client has not read is not held here. */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncIterable<ServerSentEvent>,
  { heartbeatMs, patienceMs = 30_000 }: SendOptions,
): Promise<void> {
  writeHead(response, 200, headers);
  response.write(`retry: ${reconnectAfterMs}\n\n`);
  const heartbeat = setInterval(() => response.write(": nothing new\n\n"), heartbeatMs);
  try {
    for await (const { event, id, data } of events) {
      const text = `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
      if (!response.write(text) && !(await isRead(response, patienceMs))) return void response.destroy();
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Whether the client reads what was written, before it goes or `ms` have passed. */
async function isRead(response: ServerResponse, ms: number): Promise<boolean> {
  const decided = new AbortController();
  const signal = AbortSignal.any([decided.signal, AbortSignal.timeout(ms)]);
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
    return !response.destroyed;
  } catch {
    return false;
  } finally {
    decided.abort();
  }
}
