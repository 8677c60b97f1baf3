import type { ChangeFacts } from "@caretaker/engine";
import { levelTag, primary, schoolTag, secondary } from "./level.ts";

/** What follows from a change to a school: its own value, and all that its level's schools make together. */
export const changes: readonly ChangeFacts[] = [primary, secondary].map((level) => ({
  source: level.table,
  tags: (schoolNo) => [schoolTag(level, schoolNo), levelTag(level)],
}));
