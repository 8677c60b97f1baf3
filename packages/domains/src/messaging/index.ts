import { bindPort, type Domain, defineDomain, fileStore } from "@caretaker/engine";
import type { z } from "zod";
import { imageSource } from "./images/image-source.ts";
import { generateReport } from "./jobs/generate-report.ts";
import { processImage } from "./jobs/process-image.ts";
import { publishMessage } from "./jobs/publish-message.ts";
import { sendEmail } from "./jobs/send-email.ts";
import { mailer } from "./mail/mailer.ts";
import { email } from "./subscriptions/email.ts";
import { admin, push, rest, sms } from "./subscriptions/webhook-routes.ts";
import { webhookSender } from "./webhooks/webhook-sender.ts";

/** The settings of the services outside that the domain uses. */
export const messagingSettings = { ...mailer.env, ...imageSource.env, ...fileStore.env, ...webhookSender.env };
export type MessagingSettings = z.input<z.ZodObject<typeof messagingSettings>>;

/** What services hand over to be done later, and messages that are routed by topic. */
export function createMessaging(settings: MessagingSettings = {}): Domain {
  return defineDomain({
    name: "messaging",
    description: "Mail, images, reports, and messages that are routed by topic",
    entries: [],
    warmup: { parts: [] },
    jobs: [sendEmail, processImage, generateReport, publishMessage],
    subscriptions: [email, sms, push, admin, rest],
    ports: [bindPort(mailer, settings), bindPort(imageSource, settings), bindPort(fileStore, settings), bindPort(webhookSender, settings)],
    schedules: [],
    retry: { attempts: 4, backoff: "2s" },
  });
}
