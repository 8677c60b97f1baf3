import { defineJob } from "@caretaker/engine";
import { z } from "zod";
import { addressedTo } from "../job-payload.ts";
import { bodyMissing, hasBody, mailText } from "../mail/mail-text.ts";
import { mailer } from "../mail/mailer.ts";

/** `messaging.send-email`: one mail to one or some recipients. */
export const sendEmail = defineJob({
  name: "messaging.send-email",
  queue: "messages",
  schema: z
    .strictObject({ ...addressedTo("send-email"), ...mailText.shape })
    .refine(hasBody, bodyMissing)
    .meta({ examples: [{ domain: "messaging", job: "send-email", to: "anna@example.com", subject: "Hello", text: "Good morning" }] }),
  retry: { attempts: 4, backoff: "2s" },
  timeout: "1m",
  deduplicate: false,
  async handler({ id, data, use, signal, progress }) {
    const { to, subject, text, html } = data;
    progress({ current: 0, total: 1, status: "sending" });
    const delivery = await use(mailer).send({ id, to: [to].flat(), subject, text, html }, { signal });
    progress({ current: 1, total: 1, status: "sent" });
    return delivery;
  },
});
