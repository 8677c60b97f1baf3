import type { ChangeFacts } from "@caretaker/engine";
import { primaryFilters, secondaryFilters } from "./entries/filters.ts";
import { primaryList, secondaryList } from "./entries/list.ts";
import { levelTag, primary, schoolTag, secondary } from "./level.ts";

/** What follows from a change to a school: its own value is dropped, and all that its level's schools make together, of which the most wanted is warmed again. */
export const changes: readonly ChangeFacts[] = [
  { level: primary, warmPopular: [primaryList, primaryFilters] },
  { level: secondary, warmPopular: [secondaryList, secondaryFilters] },
].map(({ level, warmPopular }) => ({
  source: level.table,
  tags: (schoolNo) => [schoolTag(level, schoolNo), levelTag(level)],
  warmPopular,
}));
