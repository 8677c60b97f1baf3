import { backoff } from "./backoff.ts";
import { pause } from "./pause.ts";
import { refusalOf } from "./refusal.ts";
import { ApiUnreachable, RequestRefused } from "./request-refused.ts";

export interface ClientOptions {
  /** Where the API is, such as `http://127.0.0.1:3000`. */
  url: string;
  key: string;
  /** How often a request is repeated while the API is busy or away; 4 if left out. */
  retries?: number;
  /** How long one try may take, ms; 10,000 if left out. */
  timeoutMs?: number;
  /** How long who follows a job goes on looking for an API that is away, ms; 120,000 if left out. */
  patienceMs?: number;
  /** Another `fetch`, for a proxy or a test. */
  fetch?: typeof fetch;
}

export interface Call {
  /** Ends the call, and the waiting between its tries. */
  signal?: AbortSignal | undefined;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Order extends Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: Query;
  headers?: Record<string, string>;
  body?: unknown;
  /** Whether doing it twice is the same as once, so that it may be repeated when nobody knows whether it was done. */
  repeatable?: boolean;
}

export interface Transport {
  readonly timeoutMs: number;
  readonly patienceMs: number;
  /** One try: an answer of whatever status. */
  open(path: string, order: Order): Promise<Response>;
  /** Tries until it is done. Throws `RequestRefused` or `ApiUnreachable`. */
  send(path: string, order?: Order): Promise<Response>;
  /** The same, and reads the answer's JSON. */
  ask<Answer>(path: string, order?: Order): Promise<Answer>;
}

/** Sends requests with the key. */
export function createTransport({ url, key, retries = 4, timeoutMs = 10_000, patienceMs = 120_000, fetch: send = fetch }: ClientOptions): Transport {
  const base = url.replace(/\/+$/, "");
  const transport: Transport = {
    timeoutMs,
    patienceMs,
    open: (path, { method = "GET", query = {}, headers = {}, body, signal }) =>
      send(`${base}${path}${queryOf(query)}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    async send(path, order = {}) {
      for (let tries = 1; ; tries++) {
        const outcome = await tryOnce(transport, path, order, timeoutMs);
        if (outcome instanceof Response) return outcome;
        if (tries > retries || !outcome.again) throw outcome.error;
        await pause(Math.max(outcome.error instanceof RequestRefused ? outcome.error.retryAfterMs : 0, backoff(tries)), order.signal);
      }
    },
    ask: async <Answer>(path: string, order?: Order) => (await (await transport.send(path, order)).json()) as Answer,
  };
  return transport;
}

interface Failure {
  readonly error: RequestRefused | ApiUnreachable;
  /** Whether asking again may help. */
  readonly again: boolean;
}

async function tryOnce(transport: Transport, path: string, order: Order, timeoutMs: number): Promise<Response | Failure> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = order.signal ? AbortSignal.any([order.signal, timeout]) : timeout;
  try {
    const answer = await transport.open(path, { ...order, signal });
    if (answer.ok) return answer;
    const error = await refusalOf(answer);
    return { error, again: mayHelp(error, order) };
  } catch (cause) {
    order.signal?.throwIfAborted();
    return { error: new ApiUnreachable(`no answer from ${path}`, { cause }), again: isRepeatable(order) };
  }
}

const unknownOutcomes = new Set(["outcome_unknown", "timeout"]);

/** The API is busy or away, or the first try under the same idempotency key is still under way. */
function mayHelp({ code, status, retryAfterMs }: RequestRefused, order: Order): boolean {
  if (status === 409) return retryAfterMs > 0;
  if (status < 500) return status === 429;
  return (status === 503 && !unknownOutcomes.has(code)) || (status > 500 && isRepeatable(order));
}

const isRepeatable = ({ method = "GET", repeatable = method !== "POST" }: Order) => repeatable;

function queryOf(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size > 0 ? `?${given}` : "";
}
