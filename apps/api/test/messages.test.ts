import { fileStore } from "@caretaker/engine";
import { temporaryFolder } from "@caretaker/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

const reports = { REPORTS_DIR: temporaryFolder(), REPORTS_URL: "/v1/reports" };
let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi(reports);
});
afterAll(() => api?.[Symbol.asyncDispose]());

const alert = { topic: "admin.alert", message: { title: "Disk", text: "full" }, priority: "urgent" };

test("a message is published to who subscribed, and who did is listed", async () => {
  const { status, body } = await api.ask("/v1/messages", { body: { ...alert, id: "m1" } });
  expect([status, body]).toEqual([
    202,
    { id: "m1", deliveries: [{ subscription: "messaging.admin", job: "m1-messaging.admin" }], refused: [], unrouted: false },
  ]);
  expect((await api.ask("/v1/jobs/messages/m1-messaging.admin")).body).toMatchObject({ name: "messaging.deliver-admin", queue: "messages" });
  const { subscriptions } = (await api.ask("/v1/subscriptions")).body;
  expect(subscriptions).toContainEqual({ name: "messaging.admin", pattern: "admin.alert", job: "messaging.deliver-admin", taken: 1, refused: 0 });
});

test("a message asked for twice with one Idempotency-Key is published once", async () => {
  const ask = () => api.ask("/v1/messages", { body: alert, headers: { "Idempotency-Key": "alert-1" } });
  const [first, second] = [await ask(), await ask()];
  expect(first.status).toBe(202);
  expect(second.body).toEqual(first.body);
});

test.each([
  [{ ...alert, topic: "admin alert" }, "topic"],
  [{ ...alert, message: { title: "Disk" } }, "message.text"],
  [{ ...alert, priority: "asap" }, "priority"],
  [{ ...alert, delay: "31d" }, "delay"],
  [{ ...alert, id: "a:b" }, "id"],
  [{ ...alert, retries: 9 }, "retries"],
])("%o is refused", async (body, path) => {
  const answer = await api.ask("/v1/messages", { body });
  expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
});

test("publishing needs the scope to make jobs", async () => {
  expect((await api.ask("/v1/messages", { body: alert, key: api.keys.reader })).status).toBe(403);
});

test("a report is served as it was stored, and no file from elsewhere", async () => {
  const bytes = Buffer.from("%PDF-1.7 a report");
  const url = await fileStore.create(reports).write("learning-7-0123456789.pdf", bytes);
  const answer = await fetch(`${api.url}${url}`, { headers: { Authorization: `Bearer ${api.keys.all}` } });
  expect(answer.headers.get("content-type")).toBe("application/pdf");
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  for (const name of ["nothing.pdf", "..%2F..%2Fpackage.json", "%2Fetc%2Fpasswd"]) expect((await api.ask(`/v1/reports/${name}`)).status).toBe(404);
});
