const firstMs = 200;
const longestMs = 5_000;

/** How long to wait before the n-th repetition, ms: twice as long each time, less a random part of up to a half. */
export function backoff(repetition: number, random = Math.random): number {
  const whole = Math.min(longestMs, firstMs * 2 ** (repetition - 1));
  return whole * (1 - random() / 2);
}
