import { once } from "node:events";
import { createServer } from "node:net";
import { payloadFaults } from "@caretaker/contracts";
import { freePort } from "@caretaker/stack";
import { expect, test } from "vitest";
import { sendEmail } from "../../src/messaging/jobs/send-email.ts";
import { startSmtpServer } from "./smtp-server.ts";
import { testMessaging } from "./test-messaging.ts";

const mail = { job: "send-email", to: "anna@example.org", subject: "Grüße", text: "Hallo Anna" };

test("a mail reaches the server as it was written", async () => {
  await using server = await startSmtpServer();
  await using messaging = await testMessaging({ settings: { SMTP_URL: server.url, MAIL_FROM: "Shop <shop@example.org>" } });
  messaging.work();
  const job = await messaging.run({ ...mail, to: ["anna@example.org", "bert@example.org"], html: "<p>Hallo Anna</p>" });
  const received = await server.next();
  expect(job).toMatchObject({ state: "completed", result: { accepted: received.to, rejected: [] }, progress: { current: 1, total: 1 } });
  expect(received).toMatchObject({ from: "shop@example.org", to: ["anna@example.org", "bert@example.org"] });
  expect(received.raw).toMatch(/^Subject: =\?UTF-8\?Q\?Gr=C3=BC=C3=9Fe\?=/m);
  expect(received.raw).toContain(`Message-ID: <${job.id}@caretaker>`);
  expect(received.raw).toMatch(/text\/plain[\s\S]*Hallo Anna[\s\S]*text\/html[\s\S]*<p>Hallo Anna<\/p>/);
});

test("who is refused with 5xx is not tried again, who is refused with 4xx is", async () => {
  await using server = await startSmtpServer();
  await using messaging = await testMessaging({ settings: { SMTP_URL: server.url } });
  messaging.work();
  const [never, later] = await Promise.all([
    messaging.run({ ...mail, to: "never@example.org" }),
    messaging.run({ ...mail, to: "later@example.org" }),
  ]);
  expect(never).toMatchObject({ state: "failed", attempts: { made: 1 }, error: expect.stringContaining("550 no such mailbox") });
  expect(later).toMatchObject({ state: "completed", attempts: { made: 2 } });
  expect((await server.next()).to).toEqual(["later@example.org"]);
});

test("a mail to some who exist and one who doesn't says so", async () => {
  await using server = await startSmtpServer();
  await using messaging = await testMessaging({ settings: { SMTP_URL: server.url } });
  messaging.work();
  expect(await messaging.run({ ...mail, to: ["never@example.org", "anna@example.org"] })).toMatchObject({
    state: "completed",
    result: { accepted: ["anna@example.org"], rejected: ["never@example.org"] },
  });
});

test("a server that is away is tried again", async () => {
  const port = await freePort();
  await using messaging = await testMessaging({ settings: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  const failed = Promise.withResolvers<{ final: boolean; error: Error }>();
  messaging.work().events.on("failed", failed.resolve);
  await messaging.engine.enqueue("messages", { domain: "messaging", ...mail });
  expect(await failed.promise).toMatchObject({ final: false, error: { message: expect.stringContaining("ECONNREFUSED") } });
});

test("a cancelled mail is not waited for, though the server says nothing", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const connected = once(silent, "connection");
  const { port } = silent.address() as { port: number };
  await using messaging = await testMessaging({ settings: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  messaging.work();
  const { id } = await messaging.engine.enqueue("messages", { domain: "messaging", ...mail });
  await connected;
  expect(await messaging.engine.cancelJob("messages", id, { by: "anna" })).toMatchObject({ state: "cancelled" });
  silent.close();
});

test("without a server the job fails at once and says what to set", async () => {
  await using messaging = await testMessaging();
  messaging.work();
  expect(await messaging.run(mail)).toMatchObject({ state: "failed", attempts: { made: 1 }, error: expect.stringContaining("set SMTP_URL") });
});

test("a job that there is none of is refused, with those that there are", async () => {
  await using messaging = await testMessaging();
  const enqueued = messaging.engine.enqueue("messages", { domain: "messaging", ...mail, job: "send-fax" });
  await expect(enqueued).rejects.toMatchObject({ faults: [{ path: "job", message: expect.stringContaining("send-email") }] });
});

test.each([
  [{ subject: "Hi\r\nBcc: all@example.org" }, "subject"],
  [{ subject: "x".repeat(251) }, "subject"],
  [{ to: "anna@example.org\r\nDATA" }, "to"],
  [{ to: "anna@example.org, bert@example.org" }, "to"],
  [{ to: Array.from({ length: 51 }, (_, n) => `a${n}@example.org`) }, "to"],
  [{ text: undefined }, "text"],
  [{ attachments: [{ path: "/etc/passwd" }] }, "attachments"],
])("a mail with %o is refused", (change, path) => {
  const { error } = sendEmail.schema.safeParse({ ...mail, ...change });
  expect(error && payloadFaults(error)).toMatchObject([{ path }]);
});
