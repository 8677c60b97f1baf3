import { createApiKey } from "@caretaker/engine";
import { expect, test } from "vitest";
import { startApi } from "./test-api.ts";

test("a key's rate holds in all replicas together, and each answer tells how it stands", async () => {
  await using api = await startApi({ API_RATE_LIMIT: "50/1h" });
  const { key } = await createApiKey(api.engine.db, { name: "other", scopes: ["*"] });
  const urls = [api.url, (await api.replicate()).url];
  const ask = (n: number) => fetch(`${urls[n % 2]}/v1/queues`, { headers: { Authorization: `Bearer ${api.keys.all}` } });
  const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => ask(n)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(70);
  const { headers } = refused[0] as Response;
  expect(headers.get("ratelimit-limit")).toBe("50");
  expect(headers.get("ratelimit-remaining")).toBe("0");
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(3_000);
  expect(headers.get("retry-after")).toBe(headers.get("ratelimit-reset"));
  expect((await api.ask("/v1/queues", { key })).status).toBe(200);
});
