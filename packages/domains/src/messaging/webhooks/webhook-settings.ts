import { duration } from "@caretaker/contracts";
import { z } from "zod";

const url = z.string().refine((text) => /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ""), "not a URL such as https://host/path");

/** The setting that has a route's address. */
export const webhookUrls = { sms: "SMS_WEBHOOK_URL", push: "PUSH_WEBHOOK_URL", admin: "ADMIN_WEBHOOK_URL" } as const;

/** Where webhooks go, what signs them, and how long a receiver may take. */
export const webhookEnv = {
  SMS_WEBHOOK_URL: url.optional(),
  PUSH_WEBHOOK_URL: url.optional(),
  ADMIN_WEBHOOK_URL: url.optional(),
  WEBHOOK_SECRET: z.string().min(16, "16 characters or more").optional(),
  WEBHOOK_TIMEOUT: duration.default("10s"),
};
