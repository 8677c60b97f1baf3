import { defineEntry } from "@caretaker/cache";
import { calendarDate } from "@caretaker/contracts";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { counts, excludeBots } from "../exclude-bots.ts";
import { namespace, projectParams, projectTag } from "../project.ts";

const params = projectParams.extend({ date: calendarDate, excludeBots });
type Params = z.infer<typeof params>;
const value = z.strictObject({ date: z.string(), total_checkins: z.int(), new_members: z.int(), active_members: z.int(), cached_at: z.string() });
type Row = [place: number, checkins: number, newMembers: number, active: number];

/** Check-ins of a day up to `$6`; a member's first one is in their standing. */
const statement = {
  name: "checkins-daily-stats",
  text: `
    select w.place, d.checkins,
      (select count(*) from checkin_standings s
        where s.project_id = w.project_id and s.first_at >= w.since and s.first_at < w.until and s.first_at <= $6 and ${counts("s")})::int,
      d.members
    from unnest($1::int[], $2::text[], $3::boolean[], $4::timestamptz[], $5::timestamptz[]) w(place, project_id, without_bots, since, until),
      lateral (
        select count(*)::int as checkins, count(distinct c.user_id)::int as members from all_checkins c
        where c.project_id = w.project_id and c.created_at >= w.since and c.created_at < w.until and c.created_at <= $6 and ${counts("c")}
      ) d
    where exists (select from projects p where p.id = w.project_id)`,
};

/** `daily-stats`: a project's day in numbers. */
export const createDailyStats = (calendar: Calendar) =>
  defineEntry({
    name: "checkins.daily-stats",
    key: "project:{projectId}:daily_stats:{date}",
    params,
    value,
    ttl: "30m",
    namespace,
    tags: (set) => [projectTag(set)],
    async loadMany(sets: readonly Params[], { db, asOf }: LoadContext) {
      const startOf = (date: string) => new Date(calendar.startOf(date));
      const rows = await db.rows<Row>(statement, [
        sets.map((_, place) => place),
        sets.map(({ projectId }) => projectId),
        sets.map((set) => set.excludeBots === true),
        sets.map(({ date }) => startOf(date)),
        sets.map(({ date }) => startOf(calendar.plusDays(date, 1))),
        asOf,
      ]);
      const found = new Map(rows.map((row) => [row[0], row]));
      return sets.map(({ date }, place) => {
        const row = found.get(place);
        if (!row) return null;
        const [, total_checkins, new_members, active_members] = row;
        return { date, total_checkins, new_members, active_members, cached_at: asOf.toISOString() };
      });
    },
  });
