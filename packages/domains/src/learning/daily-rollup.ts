import { type Calendar, defineRollup, type Rollup } from "@caretaker/engine";

/** The trend of a day is about the 7 days to it and the 7 before. */
const trendDays = 13;

const columns = "user_id, start_time, duration_minutes, effectiveness_rating, focus_score, break_count, learning_environment, device_type";
const sessionsOf = (table: string) => `select ${columns} from ${table} where user_id = subject and start_time >= since and start_time < until`;
const named = (column: string) => `case when btrim(${column}, e' \\t\\n\\r\\f\\x0b') <> '' then ${column} collate "C" end`;

/** As `isProductive` has it: rating × focus × tenths of the break factor is at least 30. */
const isProductive = `
          duration_minutes >= 25 and effectiveness_rating >= 3 and 30 <= effectiveness_rating * coalesce(focus_score, 0.7) *
            case when break_count::bigint * 120 < duration_minutes then 8 when break_count::bigint * 30 > duration_minutes then 6 else 10 end`;

/** As `ratingTrend` has it: a / n - b / m is beyond 1 / 5 where 5 (a m - b n) is beyond n m; n is never null, m is where no day is. */
const change = "5 * (lately * rated_before - before * rated_lately)";
const trend = `
          case when rated_lately = 0 or coalesce(rated_before, 0) = 0 then 'unknown'
            when ${change} > rated_lately * rated_before then 'improving'
            when ${change} < -rated_lately * rated_before then 'declining'
            else 'stable' end`;

const rows = (tz: string) => `
      with sessions as (
        select place, from_day, to_day, user_id, local::date as day, date_part('hour', local)::smallint as hour,
          duration_minutes as minutes, effectiveness_rating as rating, ${isProductive} as productive,
          ${named("learning_environment")} as environment, ${named("device_type")} as device
        from ranges, lateral (${sessionsOf("study_sessions")} union all ${sessionsOf("study_sessions_archive")}) found,
          lateral (select start_time at time zone '${tz}' as local) on_the_clock
      ), days as (
        select place, day, any_value(user_id) as user_id, any_value(from_day) as from_day, any_value(to_day) as to_day,
          count(*) as sessions, sum(minutes) as minutes, count(*) filter (where productive) as productive,
          coalesce(sum(rating), 0)::int as ratings, count(rating)::int as rated,
          mode() within group (order by environment) filter (where day >= from_day) as environment,
          mode() within group (order by device) filter (where day >= from_day) as device,
          (array_agg(hour order by in_hour desc, hour) filter (where in_hour > 0 and day >= from_day))[1] as hour
        from (select *, sum(minutes) over (partition by place, day, hour) as in_hour from sessions) by_hour group by 1, 2
      ), trends as (
        select *, sum(ratings) over to_it as lately, sum(rated) over to_it as rated_lately,
          sum(ratings) over earlier as before, sum(rated) over earlier as rated_before
        from (select *, day - date '2000-01-01' as number from days) numbered
        window to_it as (partition by place order by number range between 6 preceding and current row),
          earlier as (partition by place order by number range between ${trendDays} preceding and 7 preceding)
      )
      select user_id, day as analysis_date, extract(week from day)::smallint as week_of_year, extract(month from day)::smallint as month,
        minutes as total_study_time, sessions::int as session_count, round(minutes / sessions::numeric, 2) as average_session_duration,
        coalesce(round(ratings / nullif(rated, 0)::numeric, 2), 0) as average_effectiveness, productive::int as productive_sessions_count,
        round(productive / sessions::numeric, 2) as productivity_rate, hour as most_productive_hour,
        environment as preferred_environment, device as preferred_device, ${trend} as improvement_trend
      from trends where day between from_day and to_day`;

/** A user's days in numbers. The most productive hour is the one whose sessions, by their start, are longest together, the earliest on a tie. */
export const createDailyRollup = (calendar: Calendar): Rollup =>
  defineRollup({
    name: "daily",
    source: "study_sessions",
    archives: ["study_sessions_archive"],
    subject: { column: "user_id", type: "bigint" },
    calendar,
    reachDays: trendDays,
    target: {
      table: "learning_analytics",
      day: "analysis_date",
      columns: [
        ...["week_of_year", "month", "total_study_time", "session_count", "average_session_duration", "average_effectiveness"],
        ...[
          "productive_sessions_count",
          "productivity_rate",
          "most_productive_hour",
          "preferred_environment",
          "preferred_device",
          "improvement_trend",
        ],
      ],
    },
    rows: rows(calendar.tz),
  });
