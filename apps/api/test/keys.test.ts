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
    "POST /v1/jobs/messages",
    "POST /v1/jobs/batch",
    "DELETE /v1/jobs/warmup/x",
    "POST /v1/jobs/warmup/x/retry",
  ],
  "queues:read": ["GET /v1/queues", "GET /v1/queues/warmup/dead-letters"],
  "queues:admin": ["POST /v1/queues/warmup/pause", "POST /v1/queues/warmup/resume", "POST /v1/queues/warmup/redrive"],
  "schedules:read": [
    "GET /v1/schedules",
    "GET /v1/schedules/x",
    "GET /v1/schedules/x/fires",
    "GET /v1/schedules/x/preview",
    "GET /v1/schedules/preview",
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
const routes = Object.entries(needed).flatMap(([scope, those]) => those.map((route) => ({ scope, route })));

const statusOf = async (route: string, key: string) => {
  const [method = "", path = ""] = route.split(" ");
  return (await api.ask(path, { method, key })).status;
};

test("each route takes keys with its scope or all, no other and none", async () => {
  const keys = new Map<string, string>();
  for (const scope of anyScope.options) keys.set(scope, (await createApiKey(api.engine.db, { name: scope, scopes: [scope] })).key);
  for (const { scope, route } of routes) {
    expect([route, await statusOf(route, "")]).toEqual([route, 401]);
    expect([route, await statusOf(route, api.keys.expired)]).toEqual([route, 401]);
    expect([route, await statusOf(route, `ck_${"x".repeat(43)}`)]).toEqual([route, 401]);
    expect([401, 403]).not.toContain(await statusOf(route, api.keys.all));
    for (const [given, key] of keys) {
      const status = await statusOf(route, key);
      if (given === scope) expect([401, 403]).not.toContain(status);
      else expect([route, given, status]).toEqual([route, given, 403]);
    }
  }
});

test("there is no route with a key that the list above leaves out", async () => {
  const { paths } = (await api.ask("/openapi.json")).body as { paths: Record<string, Record<string, { security?: [] }>> };
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) => (security ? [] : [`${method.toUpperCase()} ${path}`])),
  );
  const asked = new Set(routes.map(({ route }) => route));
  const isAsked = (route: string) => {
    const pattern = new RegExp(`^${route.replace(/\{\w+\}/g, "[^/]+")}$`);
    return [...asked].some((one) => pattern.test(one));
  };
  expect(told.filter((route) => !isAsked(route))).toEqual([]);
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
