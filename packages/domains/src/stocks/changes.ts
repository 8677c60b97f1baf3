import type { ChangeFacts } from "@caretaker/engine";
import { screenTag, stockTag } from "./tags.ts";

/** What follows from a change to a stock, or to one of its bars: these come all day, and concern nothing but the stock's own values. */
export const changes: readonly ChangeFacts[] = [
  { source: "stocks", tags: (code) => [stockTag(code), screenTag] },
  { source: "daily_bars", tags: (code) => [stockTag(code)] },
];
