/**
 * The values of all users by SQL, written from the formulas and from nothing else: what the cache holds must be the same.
 * Each statement takes the instant that is now as `$1` and gives rows of (user id, value); the zone is UTC.
 */
const named = (column: string, from: string) =>
  `(select coalesce(jsonb_object_agg(name, n), '{}') from (select ${column} as name, count(*) as n from ${from} where btrim(${column}) <> '' group by 1) t)`;
const favourite = (column: string, from: string) =>
  `(select ${column} from ${from} where btrim(${column}) <> '' group by 1 order by count(*) desc, ${column} collate "C" limit 1)`;

const ownSessions = (days: string) => `
  select s.* from study_sessions s, lateral (select (s.start_time at time zone 'UTC')::date as day) d
  where s.user_id = u.id and d.day between ${days}`;
const today = "($1::timestamptz at time zone 'UTC')::date";

const perUser = (value: string, days: string) => `
  select u.id::float8 as id, (with own as materialized (${ownSessions(days)}) select ${value}) as value from users u where u.is_active order by u.id`;

const productive = `duration_minutes >= 25 and effectiveness_rating >= 3 and
  coalesce(effectiveness_rating, 3) / 5.0 * coalesce(focus_score, 0.7) *
  (case when break_count / (nullif(duration_minutes, 0) / 60.0) < 0.5 then 0.8 when break_count / (nullif(duration_minutes, 0) / 60.0) <= 2 then 1 else 0.6 end) >= 0.6`;

const daily = perUser(
  `(select jsonb_build_object('date', ${today}::text, 'totalSessions', count(*), 'completedSessions', count(end_time),
    'activeSessions', count(*) filter (where is_active), 'productiveSessions', count(*) filter (where ${productive}),
    'totalDuration', coalesce(sum(duration_minutes), 0), 'avgEffectiveness', coalesce(round(avg(effectiveness_rating), 2), 0),
    'environments', ${named("learning_environment", "own")}, 'devices', ${named("device_type", "own")}, 'subjects', ${named("subject_category", "own")}) from own)`,
  `${today} and ${today}`,
);

const monday = `date_trunc('week', ${today})::date`;
const weekly = perUser(
  `(with days as materialized (
      select day::date, count(own.id) as sessions, coalesce(sum(duration_minutes), 0) as duration, count(end_time) as completed
      from generate_series(${monday}, ${monday} + 6, '1 day') day left join own on (start_time at time zone 'UTC')::date = day::date group by 1),
    runs as (select count(*) as length from (select day - (row_number() over (order by day))::int as island from days where duration > 0) i group by island)
    select jsonb_build_object('weekStart', ${monday}::text, 'weekEnd', (${monday} + 6)::text, 'totalSessions', sum(sessions), 'totalDuration', sum(duration),
      'avgSessionDuration', coalesce(round(sum(duration) / nullif(sum(sessions), 0), 2), 0),
      'dailyBreakdown', jsonb_object_agg(day::text, jsonb_build_object('sessions', sessions, 'duration', duration, 'completed', completed)),
      'activeDays', count(*) filter (where duration > 0), 'streakDays', coalesce((select max(length) from runs), 0),
      'mostProductiveDay', (select day::text from days where duration > 0 order by duration desc, day limit 1),
      'consistencyScore', coalesce(round(greatest(0, 1 - stddev_pop(duration) / nullif(avg(duration), 0)), 2), 0)) from days)`,
  `${monday} and ${monday} + 6`,
);

const hour = "extract(hour from start_time at time zone 'UTC')::int";
const recent = `(start_time at time zone 'UTC')::date > ${today} - 15`;
const analytics = perUser(
  `(with sums as (
      select count(*) as n, avg(effectiveness_rating) as rating, avg(focus_score) as focus, avg(duration_minutes) as minutes,
        avg(effectiveness_rating) filter (where ${recent}) as late, avg(effectiveness_rating) filter (where not ${recent}) as early from own),
    busiest as (select ${hour} as hour from own group by 1 order by count(*) desc, 1 limit 1)
    select jsonb_build_object('totalSessions', n, 'avgEffectiveness', coalesce(round(rating, 2), 0), 'avgFocusScore', coalesce(round(focus, 2), 0),
      'preferredEnvironment', ${favourite("learning_environment", "own")}, 'preferredDevice', ${favourite("device_type", "own")},
      'peakHours', (select coalesce(jsonb_object_agg(hour, n), '{}') from (select ${hour} as hour, count(*) as n from own group by 1) t),
      'improvementTrend', case when late - early > 0.2 then 'improving' when late - early < -0.2 then 'declining' else 'stable' end,
      'recommendations', to_jsonb(array_remove(array[
        case when n > 0 and minutes < 30 then 'lengthen-sessions' end,
        case when n > 0 and coalesce(rating, 0) < 3 then 'change-method' end,
        case when ${favourite("learning_environment", "own")} = 'home' then 'leave-home' end,
        case when (select hour from busiest) between 6 and 10 then 'keep-mornings' when (select hour from busiest) between 20 and 23 then 'study-earlier' end
      ], null))) from sums)`,
  `${today} - 29 and ${today}`,
);

const courses = `
  select u.id::float8 as id, jsonb_build_object('totalCourses', count(c.id), 'avgProficiency', coalesce(round(avg(proficiency_level), 2), 0),
    'totalHours', coalesce(sum(learning_hour_total), 0), 'weeklyHours', coalesce(sum(learning_hour_week), 0),
    'completedCourses', count(*) filter (where est_finish_hour is not null and learning_hour_total >= est_finish_hour),
    'subjects', coalesce(jsonb_agg(distinct subject_name collate "C") filter (where subject_name is not null), '[]')) as value
  from users u left join course_progress c on c.user_id = u.id and $1::timestamptz is not null where u.is_active group by u.id order by u.id`;

const global = `
  select 0::float8 as id, jsonb_build_object('totalUsers', (select count(*) from users),
    'sessionsToday', count(*) filter (where (start_time at time zone 'UTC')::date = ${today}),
    'sessionsThisWeek', count(*) filter (where (start_time at time zone 'UTC')::date between ${today} - 6 and ${today}),
    'avgSessionDuration', coalesce(round(avg(duration_minutes), 2), 0),
    'mostPopularEnvironment', ${favourite("learning_environment", "study_sessions")}, 'mostPopularDevice', ${favourite("device_type", "study_sessions")}) as value
  from study_sessions`;

/** By the name of the entry. */
export const expectedValues: Readonly<Record<string, string>> = {
  "learning.daily-stats": daily,
  "learning.weekly-stats": weekly,
  "learning.session-analytics": analytics,
  "learning.course-summary": courses,
  "learning.global-stats": global,
};
