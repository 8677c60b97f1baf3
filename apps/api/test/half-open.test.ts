import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApiBehindProxies } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApiBehindProxies>>;
beforeAll(async () => {
  api = await startApiBehindProxies();
});
afterAll(() => api?.[Symbol.asyncDispose]());

let chores = 0;
function chore() {
  chores += 1;
  return { domain: "learning", chunkSize: chores };
}

const put = (body: object, headers: Record<string, string> = {}) => api.ask("/v1/jobs/warmup", { body, headers });
const jobs = async () => (await api.engine.queues.warmup.getJobs(["waiting", "prioritized", "delayed"])).map(({ data }) => data.chunkSize);
const well = () => vi.waitUntil(async () => (await api.ask("/readyz")).status === 200, { timeout: 20_000 });
/** By the API's own clock: how long an answer took, s. */
const tookOf = ({ headers }: { headers: Headers }) => Number(headers.get("x-process-time"));

test.each(["hold", "forgetConnections", "cut"] as const)(
  "a link to Redis after %s: 503 in time, and what was refused does not appear",
  async (fault) => {
    const link = api.links.redis;
    await well();
    await put(chore());
    link[fault]();
    const asked = [chore(), chore(), chore()];
    const answers = await Promise.all(asked.map((body) => put(body)));
    for (const answer of answers) expect(tookOf(answer)).toBeLessThan(1.5);
    link.letGo();
    await well();
    const last = chore();
    await vi.waitUntil(async () => (await put(last)).status === 202, { timeout: 10_000 });
    const stored = await jobs();
    expect(stored).toContain(last.chunkSize);
    for (const [index, { status, body, headers }] of answers.entries()) {
      if (status === 202) expect(stored).toContain(asked[index]?.chunkSize);
      else expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
      if (status === 503 && body.code !== "outcome_unknown") expect(stored).not.toContain(asked[index]?.chunkSize);
    }
  },
);

test("a request whose outcome nobody knew, asked again with its key, has one job", async () => {
  await well();
  const headers = { "Idempotency-Key": randomUUID() };
  const body = { ...chore(), opts: { delay: "1h" } };
  api.links.redis.hold();
  expect(await put(body, headers)).toMatchObject({ status: 503 });
  api.links.redis.letGo();
  await vi.waitUntil(async () => (await put(body, headers)).status === 202, { timeout: 20_000 });
  expect((await jobs()).filter((size) => size === body.chunkSize)).toHaveLength(1);
});

test("a slow Redis is waited for, within the time there is", async () => {
  await well();
  api.links.redis.slowDown(100);
  const answer = await put(chore());
  api.links.redis.slowDown(0);
  expect([202, 503]).toContain(answer.status);
  expect(tookOf(answer)).toBeLessThan(1.5);
});

test.each(["hold", "forgetConnections", "cut"] as const)(
  "a link to PostgreSQL after %s: jobs are taken, what needs it is 503 in time",
  async (fault) => {
    await well();
    const link = api.links.postgres;
    await api.ask("/v1/schedules");
    link[fault]();
    const taken = await put(chore());
    expect(taken.status).toBe(202);
    const [schedules, keyed] = await Promise.all([api.ask("/v1/schedules"), put(chore(), { "Idempotency-Key": randomUUID() })]);
    for (const answer of [schedules, keyed]) {
      expect([200, 202, 503]).toContain(answer.status);
      expect(tookOf(answer)).toBeLessThan(1.5);
    }
    if (fault === "hold") expect([schedules.status, keyed.status]).toEqual([503, 503]);
    link.letGo();
    link.cut();
    await well();
    await vi.waitUntil(async () => (await api.ask("/v1/schedules")).status === 200, { timeout: 20_000 });
  },
);
