import type { QueueName } from "@caretaker/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

const ask = (id: string, path: string, body: object) => api.ask(path, { body, headers: { "X-Request-Id": id } });
const requestOf = async (queue: QueueName, id: string) => (await api.engine.queues[queue].getJob(id))?.opts;

test("a request's id goes with the jobs that it made, with their chunks, and with what workers tell of them", async () => {
  const told: (string | undefined)[] = [];
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.events.on("completed", ({ name, requestId }) => told.push(`${name} ${requestId}`));
  host.start();
  const { body } = await ask("a-warm-up", "/v1/jobs/warmup", { domain: "learning", scope: { params: [{ userId: 7 }] } });
  await api.engine.followJob("warmup", body.id, { signal: AbortSignal.timeout(20_000) });
  await host.close(1_000);
  expect(new Set(told)).toEqual(new Set(["learning.warmup a-warm-up", "learning.warmup-chunk a-warm-up"]));
});

test("so it does with those of a batch, of a schedule and of a message", async () => {
  const jobs = [1, 2].map((chunkSize) => ({ queue: "warmup", payload: { domain: "learning", chunkSize } }));
  const { outcomes } = (await ask("a-batch", "/v1/jobs/batch", { jobs })).body;
  for (const { id } of outcomes) expect(await requestOf("warmup", id)).toMatchObject({ requestId: "a-batch" });
  await api.ask("/v1/schedules", { body: { id: "learning.now", queue: "warmup", when: { every: "1h" }, payload: { scope: "all" } } });
  const run = await ask("a-run", "/v1/schedules/learning.now/run", {});
  expect(await requestOf("warmup", run.body.id)).toMatchObject({ requestId: "a-run" });
  const { deliveries } = (await ask("a-message", "/v1/messages", { topic: "admin.alert", message: { title: "Disk", text: "full" } })).body;
  expect(await requestOf("messages", deliveries[0].job)).toMatchObject({ requestId: "a-message" });
});

test("an id that is none is replaced, and what else a client wrote in its place into a job is not repeated", async () => {
  const { body, headers } = await ask("no id at all", "/v1/jobs/warmup", { domain: "learning", chunkSize: 3 });
  expect(headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  expect(await requestOf("warmup", body.id)).toMatchObject({ requestId: headers.get("x-request-id") });
  const { data, opts } = { data: { domain: "learning", batchSize: 7 }, opts: { requestId: { planted: "secret" } } };
  const ended = Promise.withResolvers<object>();
  const host = api.engine.work({ name: "w", concurrency: new Map([["cleanup", 1]]) });
  host.events.on("completed", ended.resolve);
  host.start();
  await api.engine.queues.cleanup.add("learning.cleanup", data, opts as object);
  expect(await ended.promise).not.toHaveProperty("requestId");
  await host.close(1_000);
});
