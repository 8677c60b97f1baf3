import { defineSubscription } from "@caretaker/engine";
import { z } from "zod";
import { bodyMissing, hasBody, mailText } from "../mail/mail-text.ts";
import { mailer } from "../mail/mailer.ts";
import { userType } from "./user-type.ts";

/** `user.email`: a mail to a user, of any type and priority. */
export const email = defineSubscription({
  name: "messaging.email",
  pattern: "user.email",
  schema: z.strictObject({ ...mailText.shape, userType }).refine(hasBody, bodyMissing),
  retry: { attempts: 4, backoff: "2s" },
  handler: ({ id, content: { to, subject, text, html } }, { use, signal }) =>
    use(mailer).send({ id, to: [to].flat(), subject, text, html }, { signal }),
});
