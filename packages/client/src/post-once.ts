import type { Call, Transport } from "./transport.ts";

export interface OnceCall extends Call {
  /** What is sent again under the same key within a day is done once; a random one if left out, so that retries are safe. */
  idempotencyKey?: string;
}

/** Posts what is to be done once, however often it has to be sent. */
export const postOnce = <Answer>(transport: Transport, path: string, body: unknown, { idempotencyKey = randomKey(), signal }: OnceCall = {}) =>
  transport.ask<Answer>(path, { method: "POST", headers: { "Idempotency-Key": idempotencyKey }, body, signal, repeatable: true });

/** 128 random bits; `crypto.randomUUID` is not there on pages that came over plain HTTP. */
const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
