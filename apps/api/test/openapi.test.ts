import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { temporaryFolder } from "@caretaker/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; example?: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { example?: unknown }> };
  responses: Record<string, object>;
}

const operations = async () => {
  const { paths } = (await api.ask("/openapi.json", { key: "" })).body as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, facts]) => ({ path, method, ...facts })));
};

test("the document has no error that redocly finds", async () => {
  const file = `${temporaryFolder()}/openapi.json`;
  await writeFile(file, JSON.stringify((await api.ask("/openapi.json")).body));
  const cli = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");
  const linted = await promisify(execFile)(process.execPath, [cli, "lint", "--extends=recommended", "--format=json", file]).catch((error) => error);
  expect(JSON.parse(linted.stdout)).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
});

test("each operation has its own id, the errors that it can answer with, and an example of what it needs", async () => {
  const all = await operations();
  expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
  for (const { operationId, path, parameters, requestBody, responses } of all) {
    expect(responses, operationId).toHaveProperty("400");
    if (path.startsWith("/v1")) expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(["401", "403", "429", "503"]));
    for (const { name, required, example } of parameters) if (required) expect(example, `${operationId} ${name}`).toBeDefined();
    for (const { example } of Object.values(requestBody?.content ?? {})) expect(example, operationId).toBeDefined();
  }
});

test("the examples succeed, one after the other, on an empty installation", async () => {
  for (const { operationId, path, method, parameters, requestBody } of await operations()) {
    if (["restoreRun", "getReport"].includes(operationId)) continue; // there is nothing to be put back or got
    const examples = new Map(parameters.map(({ name, example }) => [name, String(example)]));
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(examples.get(name) ?? ""));
    const inQuery = parameters.filter(({ in: place, example }) => place === "query" && example !== undefined);
    const query = new URLSearchParams(inQuery.map(({ name, example }): [string, string] => [name, String(example)]));
    const body = Object.values(requestBody?.content ?? {})[0]?.example;
    const answer = await fetch(`${api.url}${filled}?${query}`, {
      method: method.toUpperCase(),
      headers: { Authorization: `Bearer ${api.keys.all}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(`${operationId} ${answer.status} ${answer.ok ? "" : await answer.text()}`.trim()).toBe(`${operationId} ${answer.status}`);
    await answer.body?.cancel();
  }
});

test("the page loads nothing from elsewhere, and says so", async () => {
  const page = await api.ask("/docs", { key: "" });
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.headers.get("content-security-policy")).toMatch(
    /default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; connect-src 'self'/,
  );
  expect(page.body).not.toMatch(/https?:\/\//);
});
