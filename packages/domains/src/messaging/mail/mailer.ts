import { definePort, PermanentFailure } from "@caretaker/engine";
import { z } from "zod";

/** A mail to be sent; `id` is the same whenever it is tried. */
interface Mail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}

/** Who of the recipients the server took the mail for. */
interface Delivery {
  readonly messageId: string;
  readonly accepted: string[];
  readonly rejected: string[];
}

export interface Mailer extends AsyncDisposable {
  /** Resolves once the server has taken the mail. What the server will never take (5xx) is a `PermanentFailure`. */
  send(mail: Mail, options: { signal: AbortSignal }): Promise<Delivery>;
}

const smtpUrl = z
  .string()
  .refine((text) => /^smtps?:$/.test(URL.canParse(text) ? new URL(text).protocol : ""), "not a URL such as smtp://user:password@host:587");

/** Mail over SMTP. */
export const mailer = definePort({
  name: "mailer",
  env: { SMTP_URL: smtpUrl.optional(), MAIL_FROM: z.string().max(320).default("Caretaker <caretaker@localhost>") },
  create({ SMTP_URL, MAIL_FROM }): Mailer {
    if (!SMTP_URL) throw new PermanentFailure("mail can't be sent: set SMTP_URL, such as smtp://user:password@host:587");
    return createMailer(SMTP_URL, MAIL_FROM);
  },
});

const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 5_000 };

function createMailer(url: string, from: string): Mailer {
  const safety = { disableFileAccess: true, disableUrlAccess: true };
  let opened: ReturnType<typeof open> | undefined;
  // loaded when the first mail is sent: a process that sends none is spared 30 MB
  const open = async () => {
    const { createTransport } = await import("nodemailer");
    return createTransport({ url, pool: true, maxConnections: 5, maxRequeues: 0, ...patience }, { from, ...safety });
  };
  return {
    async send({ id, to, subject, text, html }, { signal }) {
      const messageId = `<${id}@caretaker>`;
      const body = { ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
      opened ??= open();
      const transport = await opened;
      const sent = transport.sendMail({ to: [...to], subject, messageId, ...body }).catch(refuse);
      const { accepted, rejected } = await unlessAborted(sent, signal);
      return { messageId, accepted: accepted.map(String), rejected: rejected.map(String) };
    },
    async [Symbol.asyncDispose]() {
      (await opened)?.close();
    },
  };
}

/** An answer of 500 and more is the server's last word (RFC 5321, 4.2.1); anything else may be gone next time. */
function refuse(error: Error): never {
  const code = "responseCode" in error ? Number(error.responseCode) : 0;
  if (code >= 500) throw new PermanentFailure(`the mail server refuses: ${error.message}`, { cause: error });
  throw error;
}

/** Stops waiting when the signal fires; SMTP knows no way to take back what is being sent. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
