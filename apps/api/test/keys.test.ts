import { scope as anyScope } from "@caretaker/contracts";
import { createApiKey, revokeApiKey } from "@caretaker/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** What every route needs, written down here once more, apart from the routes. */
const needed: Record<string, string[]> = {
  "jobs:read": ["GET /v1/jobs/warmup/x", "GET /v1/jobs/warmup/x/events", "GET /v1/reports/x"],
  "jobs:write": [
    "POST /v1/jobs/warmup",
    "POST /v1/jobs/cleanup",
    "POST /v1/jobs/archive",
    "POST /v1/jobs/analytics",
    "POST /v1/jobs/messages",
    "POST /v1/messages",
    "POST /v1/jobs/batch",
    "DELETE /v1/jobs/warmup/x",
    "POST /v1/jobs/warmup/x/retry",
    "POST /api/scheduler/warmup",
    "POST /api/scheduler/clear-and-warmup",
  ],
  "queues:read": ["GET /v1/queues", "GET /v1/queues/warmup/dead-letters", "GET /v1/subscriptions"],
  "queues:admin": ["POST /v1/queues/warmup/pause", "POST /v1/queues/warmup/resume", "POST /v1/queues/warmup/redrive"],
  "schedules:read": [
    "GET /v1/schedules",
    "GET /v1/schedules/x",
    "GET /v1/schedules/x/fires",
    "GET /v1/schedules/x/preview",
    "GET /v1/schedules/preview",
    "GET /api/scheduler/status",
  ],
  "schedules:write": [
    "POST /v1/schedules",
    "PATCH /v1/schedules/x",
    "DELETE /v1/schedules/x",
    ...["run", "pause", "resume", "reset", "backfill"].map((verb) => `POST /v1/schedules/x/${verb}`),
  ],
  "entries:read": ["GET /v1/entries/learning/global-stats"],
  "cache:write": ["POST /v1/cache/invalidate", "POST /v1/cache/clear"],
  "runs:read": ["GET /v1/runs"],
  "audit:read": ["GET /v1/audit"],
  "runs:admin": ["POST /v1/runs/x/restore"],
};
const examples: Record<string, string> = { queue: "warmup", domain: "learning", entry: "global-stats" };

interface Operation {
  description?: string;
  security?: [];
}

/** All routes that need a key, with the scopes that the document says they need. */
async function routesWithKeys(): Promise<{ route: string; scope: string }[]> {
  const { paths } = (await api.ask("/openapi.json")).body as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { description = "", security }]) => {
      const [, scope = ""] = /scope `([a-z:]+)`/.exec(description) ?? [];
      const filled = path.replace(/\{(\w+)\}/g, (_, name) => examples[name] ?? "x");
      return security ? [] : [{ route: `${method.toUpperCase()} ${filled}`, scope }];
    }),
  );
}

const statusOf = async (route: string, key: string) => {
  const [method = "", path = ""] = route.split(" ");
  return (await api.ask(path, { method, key })).status;
};

test("each route takes keys with its scope or all, no other and none", async () => {
  const keys = new Map<string, string>();
  for (const scope of anyScope.options) keys.set(scope, (await createApiKey(api.engine.db, { name: scope, scopes: [scope] })).key);
  for (const { scope, route } of await routesWithKeys()) {
    for (const key of ["", api.keys.expired, `ck_${"x".repeat(43)}`]) expect([route, await statusOf(route, key)]).toEqual([route, 401]);
    expect([401, 403]).not.toContain(await statusOf(route, api.keys.all));
    for (const [given, key] of keys) {
      const status = await statusOf(route, key);
      if (given === scope) expect([401, 403]).not.toContain(status);
      else expect([route, given, status]).toEqual([route, given, 403]);
    }
  }
});

test("the routes need the scopes that are written down here", async () => {
  const told = new Map((await routesWithKeys()).map(({ route, scope }) => [route, scope]));
  for (const [scope, routes] of Object.entries(needed)) {
    for (const route of routes) expect([route, told.get(route)]).toEqual([route, scope]);
  }
});

test("what there is no route for is told only to who has a key", async () => {
  for (const [route, status] of [
    ["GET /nowhere", 404],
    ["GET /v1/jobs/warmup", 405],
    ["PUT /v1/queues", 405],
  ] as const) {
    expect([route, await statusOf(route, ""), await statusOf(route, api.keys.reader)]).toEqual([route, 401, status]);
  }
  expect(await statusOf("POST /healthz", "")).toBe(405);
});

test("a key that is revoked is refused within 5 s", async () => {
  const { id, key } = await createApiKey(api.engine.db, { name: "short", scopes: ["*"] });
  expect(await statusOf("GET /v1/queues", key)).toBe(200);
  await revokeApiKey(api.engine.db, id);
  const revokedAt = performance.now();
  await expect.poll(() => statusOf("GET /v1/queues", key), { timeout: 10_000 }).toBe(401);
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
});

test("health, readiness, metrics and the documentation need no key", async () => {
  for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"])
    expect([path, await statusOf(`GET ${path}`, "")]).toEqual([path, 200]);
});
