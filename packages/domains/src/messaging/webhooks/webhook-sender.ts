import { toMs } from "@caretaker/contracts";
import { definePort, PermanentFailure, Snoozed } from "@caretaker/engine";
import { AddressRefused, namesAddress, sendRequest } from "@caretaker/service";
import { createHostBreakers, type HostBreakers } from "./host-breakers.ts";
import { signWebhook } from "./sign-webhook.ts";
import { webhookEnv, webhookUrls } from "./webhook-settings.ts";

export type WebhookRoute = keyof typeof webhookUrls;

interface WebhookMessage {
  /** The same whenever it is tried: a receiver knows by it what it has had. */
  readonly id: string;
  readonly topic: string;
  readonly content: unknown;
}

export interface WebhookSender {
  /**
   * Posts a message to the address of a route. What the receiver will never take (3xx, 4xx) is a `PermanentFailure`; while its
   * host is closed off the message waits, with no attempt burnt.
   */
  send(route: WebhookRoute, message: WebhookMessage, options: { signal: AbortSignal }): Promise<{ status: number }>;
}

const limits = { failures: 5, pauseMs: 30_000 };
const maxAnswerBytes = 64_000;

/** Signed webhooks to the addresses of the settings. */
export const webhookSender = definePort({
  name: "webhooks",
  env: webhookEnv,
  create(settings): WebhookSender {
    const breakers = createHostBreakers(limits);
    return {
      async send(route, message, { signal }) {
        const setting = webhookUrls[route];
        const [address, secret] = [settings[setting], settings.WEBHOOK_SECRET];
        if (!address || !secret) throw new PermanentFailure(`${route} messages go nowhere: set ${setting} and WEBHOOK_SECRET`);
        return post(new URL(address), message, { secret, timeoutMs: toMs(settings.WEBHOOK_TIMEOUT), signal, breakers });
      },
    };
  },
});

interface PostOptions {
  readonly secret: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly breakers: HostBreakers;
}

async function post(url: URL, { id, topic, content }: WebhookMessage, { secret, timeoutMs, signal, breakers }: PostOptions) {
  const waitMs = breakers.waitMs(url.host);
  if (waitMs > 0) throw new Snoozed(waitMs * (1 + Math.random() / 10), `${url.host} has failed again and again and is left alone for a while`);
  const timestamp = Math.floor(Date.now() / 1_000);
  const body = JSON.stringify({ id, topic, timestamp: new Date(timestamp * 1_000).toISOString(), data: content });
  const headers = { "content-type": "application/json", ...signWebhook({ id, timestamp, body }, secret) };
  try {
    const request = { url, method: "POST", headers, body, timeoutMs, maxBytes: maxAnswerBytes, signal, allowPrivate: namesAddress(url) } as const;
    const { status } = await sendRequest(request);
    if (mayChange(status)) throw new Error(`${url.host} answers ${status}`);
    breakers.succeeded(url.host);
    if (status < 200 || status > 299) throw new PermanentFailure(`${url.host} answers ${status}`);
    return { status };
  } catch (error) {
    if (error instanceof AddressRefused) throw new PermanentFailure(error.message, { cause: error });
    if (!(error instanceof PermanentFailure) && !signal.aborted) breakers.failed(url.host);
    throw error;
  }
}

const mayChange = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;
