import { expect, test, vi } from "vitest";
import { startSmtpServer } from "./smtp-server.ts";
import { testMessaging } from "./test-messaging.ts";

test("a transaction's mails and messages are sent when it commits, and never if it is undone", async () => {
  await using server = await startSmtpServer();
  await using messaging = await testMessaging({ settings: { SMTP_URL: server.url } });
  const { engine } = messaging;
  await using _relay = engine.relay();
  messaging.work();
  const client = await engine.db.pool.connect();
  const sendAll = async (name: string, ending: "commit" | "rollback") => {
    const message = { to: `${name}@example.org`, subject: "Hello", text: "Good morning" };
    await client.query("begin");
    const mail = await engine.enqueueIn(client, "messages", { domain: "messaging", job: "send-email", ...message });
    const published = await engine.messages.publishIn(client, { topic: "user.email", message });
    const job = await engine.enqueueIn(client, "messages", { domain: "messaging", job: "publish-message", topic: "user.email", message });
    await client.query(ending);
    return [mail, `${published}-messaging.email`, `${job}-messaging.email`];
  };
  const undone = await sendAll("undone", "rollback");
  const sent = await sendAll("sent", "commit");
  client.release();
  const isSent = async (id: string) => (await engine.readJob("messages", id))?.state === "completed";
  await vi.waitUntil(async () => (await Promise.all(sent.map(isSent))).every(Boolean), { timeout: 20_000 });
  const mails = [await server.next(), await server.next(), await server.next()];
  expect(mails.map(({ to }) => to)).toEqual([["sent@example.org"], ["sent@example.org"], ["sent@example.org"]]);
  expect(await Promise.all(undone.map((id) => engine.readJob("messages", id)))).toEqual([undefined, undefined, undefined]);
});
