import { createHmac } from "node:crypto";

/** What is signed: what is sent, when, and under which id, so that neither can be changed nor sent again later. */
export interface SignedContent {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of a signed webhook (standardwebhooks.com): `webhook-signature` is `v1,` and the HMAC-SHA-256 of `id.timestamp.body`
 * in base64. A receiver computes it anew, compares in constant time, and refuses what is older than it would wait.
 */
export function signWebhook({ id, timestamp, body }: SignedContent, secret: string): Record<string, string> {
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}

/** A secret is text, or bytes in base64 after `whsec_`. */
const keyOf = (secret: string) => (secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret);
