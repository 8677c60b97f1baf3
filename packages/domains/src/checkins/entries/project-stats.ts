import { defineEntry } from "@caretaker/cache";
import { type Calendar, type LoadContext, roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { counts, excludeBots } from "../exclude-bots.ts";
import { namespace, projectParams, projectTag } from "../project.ts";

const params = projectParams.extend({ excludeBots });
type Params = z.infer<typeof params>;
const value = z.strictObject({
  total_members: z.int(),
  total_checkins: z.int(),
  today_checkins: z.int(),
  continuous_rate: z.number(),
  avg_checkins_per_member: z.number(),
  cached_at: z.string(),
});
type Row = [place: number, members: number, checkins: number, today: number, continuous: number];

/** Sums come from standings, check-ins after `$4` taken off; today begins at `$5`. A run includes today or yesterday if a check-in is at or after `$6`. */
const statement = {
  name: "checkins-project-stats",
  text: `
    select w.place,
      (select count(*) from project_members m where m.project_id = w.project_id and m.joined_at <= $4 and not (w.without_bots and m.is_bot))::int,
      (select coalesce(sum(s.checkins), 0) from checkin_standings s where s.project_id = w.project_id)::int
        - (select count(*) from all_checkins c where c.project_id = w.project_id and c.created_at > $4 and ${counts("c")})::int
        - case when w.without_bots then (select coalesce(sum(s.checkins), 0) from checkin_standings s join project_members bot using (project_id, user_id)
            where bot.is_bot and bot.project_id = w.project_id)::int else 0 end,
      (select count(*) from all_checkins c where c.project_id = w.project_id and c.created_at >= $5 and c.created_at <= $4 and ${counts("c")})::int,
      (select count(distinct c.user_id) from all_checkins c join project_members m using (project_id, user_id)
        where c.project_id = w.project_id and c.created_at >= $6 and c.created_at <= $4 and m.joined_at <= $4 and not (w.without_bots and m.is_bot))::int
    from unnest($1::int[], $2::text[], $3::boolean[]) w(place, project_id, without_bots)
    where exists (select from projects p where p.id = w.project_id)`,
};

/** `project-stats`: a project in numbers. */
export const createProjectStats = (calendar: Calendar) =>
  defineEntry({
    name: "checkins.project-stats",
    key: "project:{projectId}:stats",
    params,
    value,
    ttl: "1h",
    namespace,
    tags: (set) => [projectTag(set)],
    async loadMany(sets: readonly Params[], { db, asOf }: LoadContext) {
      const today = calendar.dateOf(asOf);
      const startOf = (days: number) => new Date(calendar.startOf(calendar.plusDays(today, days)));
      const rows = await db.rows<Row>(statement, [
        sets.map((_, place) => place),
        sets.map(({ projectId }) => projectId),
        sets.map((set) => set.excludeBots === true),
        asOf,
        startOf(0),
        startOf(-1),
      ]);
      const found = new Map(rows.map((row) => [row[0], statsOf(row, asOf)]));
      return sets.map((_, place) => found.get(place) ?? null);
    },
  });

/** The rate is a fraction with 4 decimals, the mean has 2; both are 0 without members. */
const statsOf = ([, members, checkins, today, continuous]: Row, asOf: Date) => ({
  total_members: members,
  total_checkins: checkins,
  today_checkins: today,
  continuous_rate: Math.round(100 * roundRatio(100 * continuous, members)) / 10_000,
  avg_checkins_per_member: roundRatio(checkins, members),
  cached_at: asOf.toISOString(),
});
