import type { AuditEntry } from "@caretaker/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi({ API_RATE_LIMIT: "20/1h" });
});
afterAll(() => api?.[Symbol.asyncDispose]());

test("changes are told of with who asked for them and what with, also those that were refused", async () => {
  const { body } = await api.ask("/v1/jobs/warmup", { body: { domain: "learning" } });
  const path = `/v1/jobs/warmup/${body.id}`;
  await api.ask(`${path}?reason=audited`, { method: "DELETE" });
  await api.ask("/v1/jobs/warmup/nobody", { method: "DELETE" });
  await api.ask("/v1/jobs/warmup/nobody/retry", { method: "POST", key: api.keys.reader });
  await api.ask("/v1/queues/warmup/pause", { method: "POST", key: "" });
  await api.ask("/v1/queues");
  const enqueued = { who: "all", role: "api", method: "POST", route: "/v1/jobs/warmup", params: {}, status: 202 };
  const cancelled = { ...enqueued, method: "DELETE", route: "/v1/jobs/{queue}/{id}" };
  const expected = [
    enqueued,
    { ...cancelled, params: { queue: "warmup", id: body.id, reason: "audited" }, status: 200 },
    { ...cancelled, params: { queue: "warmup", id: "nobody" }, status: 404 },
    { ...enqueued, who: "reader", route: "/v1/jobs/{queue}/{id}/retry", params: { queue: "warmup", id: "nobody" }, status: 403 },
  ];
  const changes = async () => {
    const found: AuditEntry[] = (await api.engine.searchAudit({})).changes;
    return found.map(({ id: _id, at: _at, ...change }) => change).reverse();
  };
  await expect.poll(changes, { timeout: 10_000 }).toEqual(expected);

  const refused = async () => (await api.ask("/v1/queues/warmup/resume", { method: "POST" })).status === 429;
  await expect.poll(refused, { timeout: 10_000 }).toBe(true);
  await api.ask("/v1/jobs/warmup/last", { method: "DELETE", key: api.keys.reader });
  await expect.poll(async () => (await changes()).at(-1), { timeout: 10_000 }).toMatchObject({ who: "reader", params: { id: "last" } });
  expect((await changes()).map(({ status }) => status)).not.toContain(429);
});
