import { randomBytes } from "node:crypto";

const hourMs = 3_600_000;
const hourDigits = 4;
const radix = 36;

/** A fence's token: the hour that it was raised in, so that its age is known without asking Redis, and 48 random bits. Never used twice. */
export const newToken = (now: number): string =>
  Math.floor(now / hourMs)
    .toString(radix)
    .padStart(hourDigits, "0") + randomBytes(6).toString("base64url");

/** Whether a fence with this token, which stands for `standMs` at least from its raising, may have less than half of that left. */
export function mayFallSoon(token: string, standMs: number, now: number): boolean {
  const age = now - Number.parseInt(token.slice(0, hourDigits), radix) * hourMs;
  return !(age >= 0 && age < standMs / 2);
}
