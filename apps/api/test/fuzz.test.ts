import { queueName } from "@caretaker/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arbitraryOf } from "./arbitrary-of.ts";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

interface Operation {
  parameters: { name: string; in: "path" | "query" | "header"; schema: object; example?: unknown }[];
  responses: Record<string, object>;
  requestBody?: { content: Record<string, { schema: object; example: unknown }> };
}

interface Call {
  path: string;
  method: string;
  query: Record<string, unknown>;
  params: Record<string, unknown>;
  headers: Record<string, string>;
  body: unknown;
}

const rounds = 300;
const atOnce = 10;
const hangMs = 10_000;
const visible = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);
const headers = fc.record(
  {
    "Idempotency-Key": fc.oneof(visible, fc.constantFrom("k1", "k2", "k3")),
    "X-Request-Id": visible,
    "Content-Type": fc.oneof({ weight: 9, arbitrary: fc.constant("application/json") }, { weight: 1, arbitrary: visible }),
    "Cache-Control": fc.oneof(visible, fc.constant("no-cache")),
    "If-None-Match": visible,
    "Last-Event-ID": fc.oneof(visible, fc.constantFrom("end", "0-0", "1-1")),
  },
  { requiredKeys: [] },
);

/** Calls of all operations of the OpenAPI document, as their schemas say, and beside that. */
async function calls(): Promise<fc.Arbitrary<Call>> {
  const document = (await api.ask("/openapi.json")).body as { paths: Record<string, Record<string, Operation>> };
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => !("504" in responses)) // those wait for jobs, which nobody runs here
      .map(([method, operation]) => callsOf(path, method, operation)),
  );
  return fc.oneof(...all);
}

function callsOf(path: string, method: string, { parameters, requestBody }: Operation): fc.Arbitrary<Call> {
  const given = (place: string) => parameters.filter((parameter) => parameter.in === place && parameter.name !== "wait");
  const recordOf = (place: string) =>
    Object.fromEntries(
      given(place).map(({ name, schema, example }) => [
        name,
        example === undefined ? arbitraryOf(schema) : fc.oneof(arbitraryOf(schema), fc.constant(example)),
      ]),
    );
  const content = requestBody?.content["application/json"];
  const body = content
    ? fc.oneof({ weight: 8, arbitrary: arbitraryOf(content.schema) }, { weight: 2, arbitrary: fc.constant(content.example) })
    : fc.constant(undefined);
  return fc.record({
    path: fc.constant(path),
    method: fc.constant(method.toUpperCase()),
    params: fc.record(recordOf("path")),
    query: fc.record(recordOf("query"), { requiredKeys: [] }),
    headers,
    body,
  });
}

const textOf = (value: unknown) => (typeof value === "string" ? value.toWellFormed() : (JSON.stringify(value) ?? ""));

async function call({ path, method, params, query, headers: extra, body }: Call) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(textOf(params[name])) || "x");
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]));
  const answer = await fetch(`${api.url}${filled}?${search}`, {
    method,
    headers: { Authorization: `Bearer ${api.keys.all}`, "Content-Type": "application/json", ...extra },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(hangMs),
  });
  if (answer.headers.get("content-type") === "text/event-stream") await answer.body?.cancel();
  else await answer.arrayBuffer();
  return answer;
}

test("whatever is asked, it is answered, never with a 5xx, and every job that was accepted can be read", async () => {
  const statuses = new Map<number, number>();
  const some = fc.array(await calls(), { minLength: atOnce, maxLength: atOnce });
  const property = fc.asyncProperty(some, async (those) => {
    const answers = await Promise.all(those.map(call));
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
  await fc.assert(property, { numRuns: rounds });
  expect(statuses.get(202)).toBeGreaterThan(0);
  for (const queue of queueName.options) {
    const schemas = new Map(api.engine.payloadSchemas(queue).map(({ name, schema }) => [name, schema]));
    for (const job of await api.engine.queues[queue].getJobs()) expect(schemas.get(job.name)?.safeParse(job.data).error).toBeUndefined();
  }
});
