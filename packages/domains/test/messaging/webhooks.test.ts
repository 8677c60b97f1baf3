import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { bindPort } from "@caretaker/engine";
import { expect, test, vi } from "vitest";
import { webhookSender } from "../../src/messaging/webhooks/webhook-sender.ts";
import { startSmtpServer } from "./smtp-server.ts";
import { testMessaging } from "./test-messaging.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const secret = "a secret of sixteen or more";

/** A receiver on this machine, which answers as `answer` says. */
async function startReceiver(answer: (request: number) => { status: number; headers?: Record<string, string> } = () => ({ status: 204 })) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    const { status, headers } = answer(received.length);
    response.writeHead(status, headers).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    url: `http://127.0.0.1:${port}/hook`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const senderTo = (url: string) =>
  bindPort(webhookSender, { SMS_WEBHOOK_URL: url, WEBHOOK_SECRET: secret }).open() as ReturnType<typeof webhookSender.create>;
const { signal } = new AbortController();
const message = { id: "m1", topic: "user.sms", content: { to: "+41790000000", text: "Hoi" } };

test("a message is posted with a signature over its id, its time and its body", async () => {
  await using receiver = await startReceiver();
  await using messaging = await testMessaging({ settings: { SMS_WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret } });
  messaging.work();
  const content = { to: "+41790000000", text: "Grüezi" };
  const { deliveries } = await messaging.engine.messages.publish({ topic: "user.sms", message: content, priority: "urgent", id: "m1" });
  expect(deliveries).toEqual([{ subscription: "messaging.sms", job: "m1-messaging.sms" }]);
  await vi.waitUntil(() => receiver.received.length === 1, { timeout: 20_000 });
  const { headers, body } = receiver.received[0] as Received;
  expect(JSON.parse(body)).toMatchObject({ id: "m1", topic: "user.sms", data: { ...content, userType: "regular" } });
  const time = Number(headers["webhook-timestamp"]);
  expect(Math.abs(Date.now() / 1_000 - time)).toBeLessThan(60);
  const signature = createHmac("sha256", secret).update(`m1.${time}.${body}`).digest("base64");
  expect(headers).toMatchObject({ "content-type": "application/json", "webhook-id": "m1", "webhook-signature": `v1,${signature}` });
});

test("messages go where the routing table says, by topic, priority and type of user", async () => {
  await using server = await startSmtpServer();
  await using receiver = await startReceiver();
  const settings = {
    SMTP_URL: server.url,
    SMS_WEBHOOK_URL: receiver.url,
    PUSH_WEBHOOK_URL: receiver.url,
    ADMIN_WEBHOOK_URL: receiver.url,
    WEBHOOK_SECRET: secret,
  };
  await using messaging = await testMessaging({ settings });
  messaging.work();
  const { publish } = messaging.engine.messages;
  const sms = { to: "+41790000000", text: "Hoi" };
  const takersOf = async (...args: Parameters<typeof publish>) => {
    const { deliveries, refused } = await publish(...args);
    return { taken: deliveries.map(({ subscription }) => subscription), refused };
  };
  expect(await takersOf({ topic: "user.sms", message: sms })).toEqual({ taken: ["messaging.default"], refused: ["messaging.sms"] });
  expect(await takersOf({ topic: "user.sms", message: { ...sms, userType: "vip" } })).toEqual({ taken: ["messaging.sms"], refused: [] });
  expect(await takersOf({ topic: "user.sms", message: sms, priority: "high" })).toEqual({ taken: ["messaging.sms"], refused: [] });
  expect(await takersOf({ topic: "user.push", message: { device: "d", title: "T", text: "t" } })).toMatchObject({ taken: ["messaging.push"] });
  const alert = { title: "Disk", text: "full" };
  expect(await takersOf({ topic: "admin.alert", message: alert })).toMatchObject({ refused: ["messaging.admin"] });
  expect(await takersOf({ topic: "admin.alert", message: alert, priority: "urgent" })).toMatchObject({ taken: ["messaging.admin"] });
  expect(await takersOf({ topic: "nobody.home", message: 7 })).toEqual({ taken: ["messaging.default"], refused: [] });
  const mail = { to: "anna@example.org", subject: "Hallo", text: "Hallo", userType: "premium" };
  expect(await takersOf({ topic: "user.email", message: mail })).toMatchObject({ taken: ["messaging.email"] });
  expect(await server.next()).toMatchObject({ to: ["anna@example.org"] });
  await vi.waitUntil(() => receiver.received.length === 4, { timeout: 20_000 });
});

test("a publishing job publishes once, however often it runs", async () => {
  await using receiver = await startReceiver();
  await using messaging = await testMessaging({ settings: { PUSH_WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret } });
  messaging.work();
  const push = { topic: "user.push", message: { device: "d", title: "T", text: "t" } };
  const job = await messaging.run({ job: "publish-message", ...push });
  expect(job).toMatchObject({ state: "completed", result: { id: job.id, deliveries: [{ subscription: "messaging.push" }] } });
  await messaging.engine.messages.publish({ ...push, id: job.id });
  const [last] = (await messaging.engine.messages.publish({ ...push })).deliveries;
  await messaging.engine.followJob("messages", last?.job ?? "", { signal: AbortSignal.timeout(20_000) });
  expect(receiver.received).toHaveLength(2);
});

test.each([
  [404, "PERMANENT_FAILURE"],
  [302, "PERMANENT_FAILURE"],
  [500, undefined],
  [429, undefined],
])("a receiver that answers %i: %s", async (status, code) => {
  await using inner = await startReceiver();
  await using receiver = await startReceiver(() => ({ status, headers: { location: inner.url } }));
  const failure = await senderTo(receiver.url)
    .send("sms", message, { signal })
    .catch((error) => error);
  expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(String(status))]);
  expect(inner.received).toEqual([]);
});

test("a host that fails again and again is left alone, and what is for it waits with no attempt burnt", async () => {
  await using receiver = await startReceiver(() => ({ status: 503 }));
  const sender = senderTo(receiver.url);
  for (let n = 0; n < 5; n += 1) await expect(sender.send("sms", message, { signal })).rejects.toThrow("503");
  await expect(sender.send("sms", message, { signal })).rejects.toMatchObject({ code: "SNOOZED", ms: expect.any(Number) });
  expect(receiver.received).toHaveLength(5);
});

test("without an address the messages of a route fail at once and say what to set", async () => {
  await using messaging = await testMessaging();
  messaging.work();
  const { deliveries } = await messaging.engine.messages.publish({ topic: "user.push", message: { device: "d", title: "T", text: "t" } });
  const job = await messaging.engine.followJob("messages", deliveries[0]?.job ?? "", { signal: AbortSignal.timeout(20_000) });
  expect(job).toMatchObject({ state: "failed", attempts: { made: 1 }, error: expect.stringContaining("set PUSH_WEBHOOK_URL and WEBHOOK_SECRET") });
});
