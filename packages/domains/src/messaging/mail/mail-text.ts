import { z } from "zod";

const address = z.email().max(254);
const body = z.string().min(1).max(500_000);

/** A mail as callers write it; whoever takes it asks for text, html or both. */
export const mailText = z.strictObject({
  to: z.union([address, z.array(address).min(1).max(50)]),
  /** One line: a line break in a header would begin another header. */
  subject: z
    .string()
    .min(1)
    .max(250)
    .regex(/^\P{Cc}*$/u, "a subject is one line without control characters"),
  text: body.optional(),
  html: body.optional(),
});

/** Whether a mail has text or html; `bodyMissing` says it where it has neither. */
export const hasBody = ({ text, html }: { text?: string | undefined; html?: string | undefined }): boolean =>
  text !== undefined || html !== undefined;
export const bodyMissing = { path: ["text"], message: "write text, html or both" };
