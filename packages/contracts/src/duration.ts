import { z } from "zod";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A length of time as people write it: `"250ms"`, `"5s"`, `"1.5m"`, `"2h"`, `"7d"`. */
export type Duration = `${number}${keyof typeof unitMs}`;

/** Milliseconds of a duration. Throws a `RangeError` on anything else. */
export function toMs(duration: Duration): number {
  const [, amount, unit] = pattern.exec(duration) ?? [];
  if (!amount || !unit) throw new RangeError(`not a duration: ${duration} (write 250ms, 5s, 2m, 1h or 7d)`);
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/** Reads a duration from text, for settings and query parameters. */
export const duration = z
  .string()
  .regex(pattern, "not a duration: write 250ms, 5s, 2m, 1h or 7d")
  .transform((text) => text as Duration);
