import { defineJob } from "@caretaker/engine";
import { z } from "zod";
import { addressedTo } from "../job-payload.ts";
import { mailer } from "../mail/mailer.ts";

const address = z.email().max(254);
/** One line: a line break in a header would begin another header. */
const subject = z
  .string()
  .min(1)
  .max(250)
  .regex(/^\P{Cc}*$/u, "a subject is one line without control characters");
const body = z.string().min(1).max(500_000);

/** `messaging.send-email`: one mail to one or some recipients. */
export const sendEmail = defineJob({
  name: "messaging.send-email",
  queue: "messages",
  schema: z
    .strictObject({
      ...addressedTo("send-email"),
      to: z.union([address, z.array(address).min(1).max(50)]),
      subject,
      text: body.optional(),
      html: body.optional(),
    })
    .refine(({ text, html }) => text !== undefined || html !== undefined, { path: ["text"], message: "write text, html or both" })
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
