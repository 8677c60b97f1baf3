import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { childEnv } from "@caretaker/stack";
import { testRedisUrl } from "@caretaker/stack/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

const text = readFileSync(new URL("../../../docs/interoperability.md", import.meta.url), "utf8");
const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** The example in a language that has some words in it, with the places of this test in those of the document. */
function example(language: string, words: string): string {
  const examples = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].filter(([, named]) => named === language).map(([, , body = ""]) => body);
  const found = examples.find((body) => body.includes(words)) ?? "";
  const { prefix = "" } = api.engine.queues.warmup.opts;
  return found.replace("redis://127.0.0.1:6379", testRedisUrl()).replace("{ct}", prefix).replace("http://127.0.0.1:3000", api.url);
}

const run = async (command: string, code: string) =>
  (await promisify(execFile)(command, ["-c", code], { env: childEnv({ KEY: api.keys.all }) })).stdout.trim();
const python = (words: string) => run("python3", example("python", words));

/** Without pip's bullmq, which not every machine can have, the same calls of BullMQ's own client are tried in `interoperability.test.ts`. */
test.runIf(runs("python3", "-c", "import bullmq"))("the example for BullMQ's Python client puts in a job that is run", async () => {
  const id = await python("from bullmq import Queue");
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.start();
  const job = await api.engine.followJob("warmup", id, { signal: AbortSignal.timeout(20_000) });
  expect(job).toMatchObject({ name: "learning.warmup", state: "completed", result: { failed: 0 } });
  await host.close(1_000);
});

test.runIf(runs("python3", "--version"))("the example for Python's standard library asks for a job and waits for it, once", async () => {
  const host = api.engine.work({ name: "w", concurrency: new Map([["warmup", 1]]) });
  host.start();
  const told = await python("from urllib.request import");
  expect(told).toMatch(/^[\w-]+ completed$/);
  expect(await python("from urllib.request import")).toBe(told);
  await host.close(1_000);
});

test.runIf(runs("curl", "--version"))("the example for a shell puts in a job that comes later", async () => {
  const { id } = JSON.parse(await run("bash", example("sh", "curl")));
  expect((await api.ask(`/v1/jobs/warmup/${id}`)).body).toMatchObject({ state: "delayed", payload: { domain: "learning", scope: "all" } });
});
