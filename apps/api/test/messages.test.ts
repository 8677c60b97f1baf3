import { fileStore } from "@caretaker/engine";
import { type S3Server, startS3 } from "@caretaker/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "./test-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
  api = await startApi({ REPORTS_S3_URL: s3.url });
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await s3?.[Symbol.asyncDispose]();
});

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

test("a report is served from its bucket as it was stored, to who may read jobs, and no file from elsewhere", async () => {
  const bytes = Buffer.from("%PDF-1.7 a report");
  const files = fileStore.create({ REPORTS_S3_URL: s3.url, REPORTS_URL: "/v1/reports", REPORTS_DIR: "" });
  const url = await files.write("learning-7-0123456789.pdf", bytes);
  const answer = await fetch(`${api.url}${url}`, { headers: { Authorization: `Bearer ${api.keys.all}` } });
  expect([answer.headers.get("content-type"), answer.headers.get("content-length")]).toEqual(["application/pdf", String(bytes.length)]);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  expect((await api.ask(url, { key: api.keys.reader })).status).toBe(403);
  for (const name of ["nothing.pdf", "..%2F..%2Fpackage.json", "%2Fetc%2Fpasswd"]) expect((await api.ask(`/v1/reports/${name}`)).status).toBe(404);
  await s3.kill("SIGKILL");
  const away = await api.ask(url);
  expect([away.status, away.body.code, away.headers.get("retry-after")]).toEqual([503, "files_unavailable", "1"]);
  expect(JSON.stringify(away.body)).not.toContain("S3RVER");
});
