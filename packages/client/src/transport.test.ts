import { expect, test, vi } from "vitest";
import { createClient } from "./client.ts";

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: "about:blank", title: "x", status, code }), { status, headers });
const accepted = () => Response.json({ id: "1", queue: "warmup", name: "learning.warmup", state: "waiting", deduplicated: false }, { status: 202 });

/** A client of an API that gives these answers one after the other, without pauses in between. */
function clientOf(...answers: (() => Response | Promise<Response>)[]) {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const asked = vi.fn<typeof fetch>(async () => (answers.shift() as () => Response)());
  return { asked, client: createClient({ url: "http://api/", key: "k", fetch: asked, retries: 2 }) };
}

const keysOf = ({ mock }: ReturnType<typeof clientOf>["asked"]) => mock.calls.map(([, init]) => new Headers(init?.headers).get("Idempotency-Key"));

test("a job is sent again under one idempotency key while the API is busy, away or does not know", async () => {
  for (const first of [
    () => problem(429, "rate_limited"),
    () => problem(503, "queue_unavailable"),
    () => problem(503, "outcome_unknown"),
    () => problem(409, "key_in_use", { "Retry-After": "0.001" }),
    () => Promise.reject(new TypeError("fetch failed")),
    () => new Response("<html>", { status: 502 }),
  ]) {
    const { asked, client } = clientOf(first, accepted);
    await client.jobs.warmup({ domain: "learning" });
    const keys = keysOf(asked);
    expect(keys).toEqual([expect.stringMatching(/^[\da-f]{32}$/), keys[0]]);
  }
});

test("what can't get better is not sent again", async () => {
  for (const [status, code] of [
    [400, "invalid_json"],
    [401, "unauthorized"],
    [409, "job_not_failed"],
    [422, "key_reused"],
  ] as const) {
    const { asked, client } = clientOf(() => problem(status, code), accepted);
    await expect(client.jobs.warmup({ domain: "learning" })).rejects.toMatchObject({ status, code });
    expect(asked).toHaveBeenCalledOnce();
  }
});

test("what is not the same when done twice is sent again only if it was surely not done", async () => {
  const retry = (...answers: Parameters<typeof clientOf>) => {
    const { asked, client } = clientOf(...answers);
    return client.jobs
      .of("warmup", "1")
      .retry()
      .then(
        () => asked.mock.calls.length,
        ({ code }) => code,
      );
  };
  const done = () => Response.json({});
  expect(await retry(() => problem(503, "queue_unavailable"), done)).toBe(2);
  expect(await retry(() => problem(503, "outcome_unknown"), done)).toBe("outcome_unknown");
  expect(await retry(() => Promise.reject(new TypeError("fetch failed")), done)).toBe("API_UNREACHABLE");
});

test("after its last try a request is given up with the last answer", async () => {
  const busy = () => problem(503, "queue_unavailable");
  const { asked, client } = clientOf(busy, busy, busy, accepted);
  await expect(client.jobs.warmup({ domain: "learning" })).rejects.toMatchObject({ code: "queue_unavailable" });
  expect(asked).toHaveBeenCalledTimes(3);
});
