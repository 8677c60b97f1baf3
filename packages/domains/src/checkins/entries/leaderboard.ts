import { defineEntry } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { boardTypes, readBoards } from "../board.ts";
import { excludeBots } from "../exclude-bots.ts";
import { namespace, projectParams, projectTag, user } from "../project.ts";

const params = projectParams.extend({ type: z.enum(boardTypes), excludeBots });
type Params = z.infer<typeof params>;
const value = z.strictObject({
  type: z.enum(boardTypes),
  total: z.int(),
  rankings: z.array(z.strictObject({ rank: z.int(), user, days: z.int() })),
  cached_at: z.string(),
});

/** `leaderboard`: who has checked in on most days, in a row up to their last one or all in all. */
export const leaderboard = defineEntry({
  name: "checkins.leaderboard",
  key: "project:{projectId}:leaderboard:{type}",
  params,
  value,
  ttl: "1h",
  namespace,
  tags: (set) => [projectTag(set)],
  async loadMany(sets: readonly Params[], { db, asOf }: LoadContext) {
    const boards = await readBoards(db, sets, asOf);
    return sets.map(({ type }, place) => {
      const rows = boards.get(place);
      if (!rows) return null;
      const days = rows.map((row) => row[2]);
      const rankings = rows.flatMap(([, , own, user_id, name, alias, avatar]) =>
        own === null || user_id === null ? [] : [{ rank: 1 + days.indexOf(own), user: { user_id, name, alias, avatar }, days: own }],
      );
      return { type, total: rows[0]?.[1] ?? 0, rankings, cached_at: asOf.toISOString() };
    });
  },
});
