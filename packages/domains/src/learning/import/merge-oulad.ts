/** By how many days all dates are moved, as SQL: the one row of the temporary table `shift`. */
const shift = "(select days from shift)";

/** None, or what brings the last study day to the date that was asked for. */
const makeShift = `
  create temp table shift on commit drop as
    select coalesce(shift_to - (select max(date) from study_days), 0) as days from import_options`;

/** Presentations with their moved start, and each enrolment with its student's activity in it. */
const staged = `
  create temp table moved on commit drop as
    select c.code_module, c.code_presentation, c.start_date + ${shift} as start_date, c.module_presentation_length as days from courses c`;

/** Everything that is wanted of one enrolment; a student who took a module twice has two. */
const enrolled = `
  create temp table enrolled on commit drop as
  select distinct on (e.id_student, e.code_module, e.code_presentation)
    e.id_student as user_id, e.code_module, e.code_module || '-' || e.code_presentation as content_id, e.final_result,
    e.num_of_prev_attempts, e.studied_credits, m.start_date, m.days, r.date_registered + ${shift} as registered,
    d.last_day + ${shift} as last_day, coalesce(d.clicks, 0) as clicks, coalesce(round(s.score), 0) as score
  from enrolments e
  join moved m using (code_module, code_presentation)
  left join (select code_module, code_presentation, id_student, min(date_registered) as date_registered from registrations group by 1, 2, 3) r
    using (code_module, code_presentation, id_student)
  left join (select code_module, code_presentation, id_student, max(date) as last_day, sum(sum_click) as clicks from study_days group by 1, 2, 3) d
    using (code_module, code_presentation, id_student)
  left join (select code_module, code_presentation, id_student, avg(score) as score from submissions group by 1, 2, 3) s
    using (code_module, code_presentation, id_student)
  order by e.id_student, e.code_module, e.code_presentation`;

/** One user a student: active if the last presentation that they began was not given up. */
const mergeUsers = `
  insert into users as old (id, email, username, is_active, last_login, created_at)
  select user_id, 'student' || user_id || '@example.org', 'student' || user_id,
    bool_and(final_result <> 'Withdrawn') filter (where start_date = last_start),
    max(last_day) at time zone 'UTC', coalesce(min(registered), min(start_date)) at time zone 'UTC'
  from (select *, max(start_date) over (partition by user_id) as last_start from enrolled) e
  group by user_id
  on conflict (id) do update set email = excluded.email, username = excluded.username, is_active = excluded.is_active,
    last_login = excluded.last_login, created_at = excluded.created_at
  where (old.email, old.username, old.is_active, old.last_login, old.created_at)
    is distinct from (excluded.email, excluded.username, excluded.is_active, excluded.last_login, excluded.created_at)`;

const progressColumns =
  "subject_name, proficiency_level, learning_hour_week, learning_hour_total, est_finish_hour, difficulty, created_at, updated_at";

/** One row an enrolment, found again by its user and content: the oldest of them if dirt has made several. */
const progress = `
  create temp table progress on commit drop as
  select user_id, content_id, code_module as subject_name, score::smallint as proficiency_level,
    round(round(clicks / 60.0, 2) / (days / 7.0), 2) as learning_hour_week, round(clicks / 60.0, 2) as learning_hour_total,
    studied_credits::numeric as est_finish_hour, least(10, 1 + num_of_prev_attempts)::smallint as difficulty,
    coalesce(registered, start_date) at time zone 'UTC' as created_at, coalesce(last_day, registered, start_date) at time zone 'UTC' as updated_at,
    (select min(c.id) from course_progress c where c.user_id = e.user_id and c.content_id = e.content_id) as id
  from enrolled e`;

const updateProgress = `
  update course_progress old set (${progressColumns}) = row (${progressColumns.replaceAll(/\w+/g, "new.$&")})
  from progress new where old.id = new.id
    and (${progressColumns.replaceAll(/\w+/g, "old.$&")}) is distinct from (${progressColumns.replaceAll(/\w+/g, "new.$&")})`;

const insertProgress = `
  insert into course_progress (user_id, content_id, ${progressColumns})
  select user_id, content_id, ${progressColumns} from progress where id is null order by user_id, content_id`;

const sessionColumns =
  "end_time, duration_minutes, content_covered, effectiveness_rating, focus_score, break_count, is_active, subject_category, learning_environment, device_type, created_at, updated_at";

/**
 * One session a study day. The source has no time of day, no duration, no rating, no focus, no place and no device: these
 * columns are made up by the rules below, and created_at and updated_at are the made-up start and end.
 */
const sessions = `
  create temp table sessions on commit drop as
  select distinct on (user_id, start_time, course_progress_id) made.*,
    (select min(s.id) from study_sessions s
      where s.user_id = made.user_id and s.start_time = made.start_time and s.course_progress_id = made.course_progress_id) as id
  from (
    select d.id_student as user_id, start_time, c.id as course_progress_id, start_time + minutes * interval '1 minute' as end_time,
      minutes as duration_minutes, d.top_activity_type as content_covered, (1 + d.distinct_sites % 5)::smallint as effectiveness_rating,
      ((d.sum_click % 101) / 100.0)::numeric(3, 2) as focus_score, (d.vle_rows % 4)::int as break_count, false as is_active,
      d.code_module as subject_category,
      (array['home', 'library', 'cafe', 'classroom', 'online', 'other'])[1 + d.id_student % 6] as learning_environment,
      (array['mobile', 'tablet', 'laptop', 'desktop', 'other'])[1 + d.id_student % 5] as device_type,
      start_time as created_at, start_time + minutes * interval '1 minute' as updated_at
    from study_days d
    join (select user_id, content_id, min(id) as id from course_progress group by 1, 2) c
      on c.user_id = d.id_student and c.content_id = d.code_module || '-' || d.code_presentation,
    lateral (select (d.date + ${shift} + (6 + d.id_student % 16) * interval '1 hour') at time zone 'UTC' as start_time, least(d.sum_click, 600)::int as minutes) at
  ) made
  order by user_id, start_time, course_progress_id`;

const updateSessions = `
  update study_sessions old set (${sessionColumns}) = row (${sessionColumns.replaceAll(/\w+/g, "new.$&")})
  from sessions new where old.id = new.id
    and (${sessionColumns.replaceAll(/\w+/g, "old.$&")}) is distinct from (${sessionColumns.replaceAll(/\w+/g, "new.$&")})`;

const insertSessions = `
  insert into study_sessions (user_id, start_time, course_progress_id, ${sessionColumns})
  select user_id, start_time, course_progress_id, ${sessionColumns} from sessions where id is null order by user_id, start_time`;

/** Statements that bring the staged files into the domain's tables, in order. */
export const mergeOulad: readonly string[] = [
  makeShift,
  staged,
  enrolled,
  "analyze enrolled",
  mergeUsers,
  "select setval(pg_get_serial_sequence('users', 'id'), greatest((select max(id) from users), 1))",
  progress,
  updateProgress,
  insertProgress,
  sessions,
  "analyze sessions",
  updateSessions,
  insertSessions,
];
