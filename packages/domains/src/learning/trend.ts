import type { Sum } from "./sum.ts";

/**
 * Whether the mean rating rose or fell by more than 0.2 from the earlier sessions to the recent ones; undefined if either
 * have none. In whole numbers: a/n − b/m > 1/5 where 5 (a m − b n) > n m.
 */
export function ratingTrend(recent: Sum, earlier: Sum): "improving" | "stable" | "declining" | undefined {
  if (recent.count === 0 || earlier.count === 0) return undefined;
  const change = 5 * (recent.sum * earlier.count - earlier.sum * recent.count);
  const threshold = recent.count * earlier.count;
  return change > threshold ? "improving" : change < -threshold ? "declining" : "stable";
}
