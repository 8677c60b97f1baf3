/**
 * The rows of `learning_analytics` by SQL, written from the formulas and from nothing else, one subquery a number: what the
 * rollup leaves must be the same. A day's sessions are in `study_sessions` or in its archive.
 */
const favourite = (column: string) =>
  `(select ${column} from own where btrim(${column}) <> '' group by 1 order by count(*) desc, ${column} collate "C" limit 1)`;
const meanRating = (from: number, to: number) =>
  `(select avg(effectiveness_rating) from local where user_id = d.user_id and day between d.day - ${from} and d.day - ${to})`;
const productive = `duration_minutes >= 25 and effectiveness_rating >= 3 and
  effectiveness_rating / 5.0 * coalesce(focus_score, 0.7) * (case when break_count / (nullif(duration_minutes, 0) / 60.0) < 0.5 then 0.8
    when break_count / (nullif(duration_minutes, 0) / 60.0) <= 2 then 1 else 0.6 end) >= 0.6`;

/** Prepares the sessions with their day and hour on the zone's clock; the zone is to be put in for `ZONE`. */
export const sessionsOnTheClock = `
  drop table if exists local;
  create unlogged table local as select *, (start_time at time zone 'ZONE')::date as day, extract(hour from start_time at time zone 'ZONE')::int as hour from (
    select user_id, start_time, duration_minutes, effectiveness_rating, focus_score, break_count, learning_environment, device_type from study_sessions
    union all
    select user_id, start_time, duration_minutes, effectiveness_rating, focus_score, break_count, learning_environment, device_type from study_sessions_archive
  ) sessions;
  create index on local (user_id, day);
  analyze local`;

export const expectedAnalytics = `
  select d.user_id::text, d.day::text as analysis_date, n.* from (select distinct user_id, day from local) d, lateral (
    with own as (select * from local where user_id = d.user_id and day = d.day)
    select to_char(d.day, 'IW')::int as week_of_year, to_char(d.day, 'MM')::int as month,
      sum(duration_minutes)::text as total_study_time, count(*)::int as session_count, round(avg(duration_minutes), 2)::text as average_session_duration,
      round(coalesce(avg(effectiveness_rating), 0), 2)::text as average_effectiveness,
      (count(*) filter (where ${productive}))::int as productive_sessions_count,
      round((count(*) filter (where ${productive}))::numeric / count(*), 2)::text as productivity_rate,
      (select hour from own group by 1 having sum(duration_minutes) > 0 order by sum(duration_minutes) desc, 1 limit 1) as most_productive_hour,
      ${favourite("learning_environment")} as preferred_environment, ${favourite("device_type")} as preferred_device,
      (select case when now - before > 0.2 then 'improving' when now - before < -0.2 then 'declining' when now - before is null then 'unknown' else 'stable' end
        from (select ${meanRating(6, 0)} as now, ${meanRating(13, 7)} as before) means) as improvement_trend
    from own
  ) n order by d.user_id, d.day`;

/** The rows there are, in the same form. */
export const actualAnalytics = `
  select user_id::text, analysis_date::text, week_of_year::int, month::int, total_study_time::text, session_count, average_session_duration::text,
    average_effectiveness::text, productive_sessions_count, productivity_rate::text, most_productive_hour::int, preferred_environment, preferred_device, improvement_trend
  from learning_analytics order by learning_analytics.user_id, learning_analytics.analysis_date`;
