import { sumUp } from "./mean.ts";
import type { Session } from "./session.ts";

/**
 * Whether the mean rating rose or fell by more than 0.2 from the earlier sessions to the recent ones; undefined if either
 * have none. In whole numbers: a/n − b/m > 1/5 where 5 (a m − b n) > n m.
 */
export function ratingTrend(recent: readonly Session[], earlier: readonly Session[]): "improving" | "stable" | "declining" | undefined {
  const now = sumUp(recent, ({ rating }) => rating);
  const before = sumUp(earlier, ({ rating }) => rating);
  if (now.count === 0 || before.count === 0) return undefined;
  const change = 5 * (now.sum * before.count - before.sum * now.count);
  const threshold = now.count * before.count;
  return change > threshold ? "improving" : change < -threshold ? "declining" : "stable";
}
