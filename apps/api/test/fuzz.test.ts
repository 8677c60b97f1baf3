import { queueName } from "@caretaker/contracts";
import { shortName } from "@caretaker/engine";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { arbitraryOf, inlined, pick, someOf } from "./arbitrary-of.ts";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

interface Operation {
  operationId: string;
  parameters: { name: string; in: "path" | "query" | "header"; schema: object; example?: unknown }[];
  responses: Record<string, object>;
  requestBody?: { content: Record<string, { schema: object; example: unknown }> };
}

interface Call {
  operationId: string;
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
/** Reads of entries among all calls, of which each operation of the document has one share. */
const readingWeight = 4;
/** These succeed only once a job has been run. */
const needsMore = ["restoreRun", "getReport"];
/** These are about the job of an example. While an equal one waits that was enqueued under another id, that one is given back. */
const ofExample = ["getJob", "cancelJob", "retryJob"];
const none = fc.constant(undefined);
const visible = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);
const headerValues: Record<string, fc.Arbitrary<string>> = {
  "Idempotency-Key": fc.oneof({ weight: 3, arbitrary: visible }, { weight: 1, arbitrary: fc.constantFrom("k1", "k2", "k3") }),
  "X-Request-Id": visible,
  "Content-Type": fc.oneof({ weight: 9, arbitrary: fc.constant("application/json") }, { weight: 1, arbitrary: visible }),
  "Cache-Control": fc.oneof(visible, fc.constant("no-cache")),
  "If-None-Match": visible,
  "Last-Event-ID": fc.oneof(visible, fc.constantFrom("end", "0-0", "1-1")),
};
const headers = someOf(Object.keys(headerValues)).chain((names) => fc.record(pick(headerValues, names)));

/** All operations of the OpenAPI document but those that wait for jobs, which nobody runs here. */
async function operations() {
  const document = inlined((await api.ask("/openapi.json")).body as { paths: Record<string, Record<string, Operation>> });
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return all.filter(({ operation: { responses } }) => !("504" in responses));
}

/** Reads of every entry there is, with parameters as it takes them; the document knows them as text alone. */
const readings = (): fc.Arbitrary<Call>[] =>
  api.engine.domains.flatMap(({ name: domain, entries }) =>
    entries.map((entry) =>
      fc.record({
        ...{ operationId: fc.constant("readEntry"), path: fc.constant("/v1/entries/{domain}/{entry}"), method: fc.constant("GET") },
        params: fc.constant({ domain, entry: shortName(entry) }),
        query: arbitraryOf(z.toJSONSchema(entry.params as unknown as z.ZodType, { io: "input", unrepresentable: "any" }) as object).map((value) => ({
          ...(value as object),
        })),
        ...{ headers, body: none },
      }),
    ),
  );

const givenIn = ({ parameters }: Operation, place: string) => parameters.filter((parameter) => parameter.in === place && parameter.name !== "wait");

/** The call of an operation that its document has as an example. */
function exampleOf(path: string, method: string, operation: Operation): Call {
  const examplesOf = (place: string) =>
    Object.fromEntries(givenIn(operation, place).flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])));
  return {
    ...{ operationId: operation.operationId, path, method: method.toUpperCase() },
    ...{ params: examplesOf("path"), query: examplesOf("query"), headers: {} },
    body: operation.requestBody?.content["application/json"]?.example,
  };
}

/** Calls of an operation, its example among them. */
function callsOf(path: string, method: string, operation: Operation): fc.Arbitrary<Call> {
  const valuesOf = (place: string) =>
    Object.fromEntries(
      givenIn(operation, place).map(({ name, schema, example }) => [
        name,
        example === undefined ? arbitraryOf(schema) : fc.oneof(arbitraryOf(schema), fc.constant(example)),
      ]),
    );
  const content = operation.requestBody?.content["application/json"];
  const queries = valuesOf("query");
  const example = exampleOf(path, method, operation);
  const made = fc.record({
    params: fc.record(valuesOf("path")),
    query: someOf(Object.keys(queries)).chain((names) => fc.record(pick(queries, names))),
    headers,
    body: content ? bodies(content.schema, content.example as object) : none,
  });
  return fc.oneof({ weight: 5, arbitrary: made.map((facts) => ({ ...example, ...facts })) }, { weight: 1, arbitrary: fc.constant(example) });
}

/** Bodies of a schema, the example with some fields of such a one, and the example itself. */
function bodies(schema: object, example: object): fc.Arbitrary<unknown> {
  const any = arbitraryOf(schema);
  const varied = any.chain((value) => {
    const fields = { ...(value as object) } as Record<string, unknown>;
    return someOf(Object.keys(fields)).map((names) => ({ ...example, ...pick(fields, names) }));
  });
  return fc.oneof({ weight: 5, arbitrary: any }, { weight: 4, arbitrary: varied }, { weight: 1, arbitrary: fc.constant(example) });
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

test("the document's examples succeed, in its order and again, since some need what others make", async () => {
  const all = await operations();
  const succeeded = new Set<string>();
  for (const { path, method, operation } of [...all, ...all]) {
    if ((await call(exampleOf(path, method, operation))).ok) succeeded.add(operation.operationId);
  }
  const left = all.map(({ operation }) => operation.operationId).filter((id) => !succeeded.has(id));
  expect(left.sort()).toEqual([...needsMore].sort());
});

test("whatever is asked, it is answered, never with a 5xx, and every job that was accepted is found and can be read by a worker", async () => {
  const succeeded = new Set<string>();
  const accepted = new Set<string>();
  const all = await operations();
  const operationIds = all.map(({ operation }) => operation.operationId);
  const calls = all.map(({ path, method, operation }) => callsOf(path, method, operation));
  const some = fc.array(fc.oneof(...calls, { weight: readingWeight, arbitrary: fc.oneof(...readings()) }), { minLength: atOnce, maxLength: atOnce });
  const property = fc.asyncProperty(some, async (those) => {
    const answers = await Promise.all(those.map(call));
    for (const [index, { ok, headers }] of answers.entries()) {
      if (ok) succeeded.add(those[index]?.operationId ?? "");
      const place = headers.get("location") ?? "";
      if (place.startsWith("/v1/jobs/")) accepted.add(place);
    }
    const failed = answers.flatMap(({ status }, index) => (status >= 500 ? [{ status, call: those[index] }] : []));
    expect(failed).toEqual([]);
  });
  await fc.assert(property, { numRuns: rounds, endOnFailure: true });
  expect(operationIds.filter((id) => ![...succeeded, ...needsMore, ...ofExample].includes(id))).toEqual([]);
  for (const place of accepted) expect([place, (await api.ask(place)).status]).toEqual([place, 200]);
  for (const queue of queueName.options) {
    const schemas = new Map(api.engine.jobs.filter((job) => job.queue === queue).map(({ name, schema }) => [name, schema]));
    for (const { name, data } of await api.engine.queues[queue].getJobs()) {
      expect(schemas.has(name), name).toBe(true);
      expect(schemas.get(name)?.safeParse(data).error, `${name} ${JSON.stringify(data)}`).toBeUndefined();
    }
  }
});
