import { type Calendar, defineRollup, type Rollup } from "@caretaker/engine";

/** Who is new on a day depends on all days before it: a hundred years are enough. */
const reachDays = 36_500;

/** A member is new on the day of their first check-in, which their standing has. */
const rows = (tz: string) => `
      select c.project_id, ((c.created_at at time zone '${tz}')::date) as day, count(*)::int as checkins, count(distinct c.user_id)::int as members,
        count(distinct c.user_id) filter (where (s.first_at at time zone '${tz}')::date = (c.created_at at time zone '${tz}')::date)::int as new_members
      from ranges join all_checkins c on c.project_id = subject and c.created_at >= (from_day::timestamp at time zone '${tz}') and c.created_at < until
        join checkin_standings s on s.project_id = c.project_id and s.user_id = c.user_id
      group by 1, 2`;

/** A project's days in numbers. */
export const createDailyRollup = (calendar: Calendar): Rollup =>
  defineRollup({
    name: "daily",
    source: "checkins",
    archives: ["checkins_archive"],
    subject: { column: "project_id", type: "text" },
    calendar,
    reachDays,
    target: { table: "checkin_daily", day: "day", columns: ["checkins", "members", "new_members"] },
    rows: rows(calendar.tz),
  });
