import type { Db } from "@caretaker/db";
import { chance, type DemoCounts, type DemoFacts, fillDemo as fillTables, oneOf } from "@caretaker/engine";
import type pg from "pg";

const hours = [6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 16, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23];
const subjects = ["mathematics", "physics", "history", "languages", "biology", "computing", "music"];
const places = ["home", "home", "home", "library", "library", "cafe", "classroom", "online", "other"];
const devices = ["laptop", "laptop", "desktop", "tablet", "mobile", "mobile", "other"];

const fillUsers = `
  insert into users (id, email, username, is_active, last_login, created_at)
  select g, 'learner' || g || '@example.org', 'learner' || g, ${chance("g", 1)} > 0.04,
    case when ${chance("g", 2)} > 0.02 then $2::timestamptz - ${chance("g", 3)} * case when ${chance("g", 1)} > 0.04 then 30 else 1500 end * interval '1 day' end,
    $2::timestamptz - (200 + 1300 * ${chance("g", 4)}) * interval '1 day'
  from generate_series(1, $1::bigint) g`;

/** Sessions reach back 1,200 days, more of them lately than long ago; none begins after the given instant. */
const fillSessions = `
  insert into study_sessions (user_id, start_time, end_time, duration_minutes, content_covered, effectiveness_rating, focus_score, break_count,
    subject_category, learning_environment, device_type, created_at, updated_at)
  select user_id, start_time, start_time + minutes * interval '1 minute', minutes, 'chapter ' || 1 + g % 40,
    case when ${chance("g", 11)} > 0.1 then 1 + floor(5 * sqrt(${chance("g", 12)}))::int end,
    case when ${chance("g", 13)} > 0.15 then round((0.3 + 0.7 * ${chance("g", 14)})::numeric, 2) end,
    floor(4 * ${chance("g", 15)} ^ 2)::int, ${oneOf(subjects, "g", 16)}, ${oneOf(places, "user_id + g / 3", 17)}, ${oneOf(devices, "user_id + g / 5", 18)},
    start_time, start_time + minutes * interval '1 minute'
  from (
    select g, 1 + (g - 1) % $1::bigint as user_id, 5 + floor(115 * ${chance("g", 21)})::int as minutes,
      least(date_trunc('day', $3::timestamptz, 'UTC') - floor(1200 * ${chance("g", 22)} ^ 1.5) * interval '1 day'
        + (array[${hours}])[1 + floor(${hours.length} * ${chance("g", 23)})::int] * interval '1 hour' + floor(60 * ${chance("g", 24)}) * interval '1 minute',
        $3::timestamptz - ${chance("g", 25)} * interval '8 hours') as start_time
    from generate_series(1, $1::bigint * $2::bigint) g
  ) session`;

const fillRunning = `
  insert into study_sessions (user_id, start_time, duration_minutes, is_active, subject_category, learning_environment, device_type)
  select g * 40, $2::timestamptz - ${chance("g", 31)} * interval '40 minutes', 0, true, ${oneOf(subjects, "g", 32)}, ${oneOf(places, "g", 33)}, ${oneOf(devices, "g", 34)}
  from generate_series(1, $1::bigint / 40) g`;

const fillCourses = `
  insert into course_progress (user_id, content_id, subject_name, proficiency_level, learning_hour_week, learning_hour_total, est_finish_hour, difficulty, created_at, updated_at)
  select g, 'course-' || c, ${oneOf(subjects, "g + c", 41)}, floor(101 * ${chance("7 * g + c", 42)})::int, round((8 * ${chance("7 * g + c", 43)})::numeric, 2),
    round((120 * ${chance("7 * g + c", 44)})::numeric, 2), case when ${chance("7 * g + c", 45)} > 0.2 then 20 * c + 20 end, 1 + (g + c) % 10,
    $2::timestamptz - interval '300 days', $2::timestamptz - ${chance("7 * g + c", 46)} * interval '200 days'
  from generate_series(1, $1::bigint) g, generate_series(1, 3) c`;

const everyNth = "(select id from study_sessions where not is_active and id % 2003 = $1 order by id limit 40)";
const dirt: Readonly<Record<string, string>> = {
  "negative-duration": `update study_sessions set duration_minutes = -duration_minutes where id in ${everyNth}`,
  "ends-before-start": `update study_sessions set end_time = start_time - interval '1 hour' where id in ${everyNth}`,
  "invalid-rating": `update study_sessions set effectiveness_rating = 9 where id in ${everyNth}`,
  "invalid-focus": `update study_sessions set focus_score = 1.75 where id in ${everyNth}`,
  "orphan-session": `update study_sessions set user_id = user_id + 1000000000 where id in ${everyNth}`,
  "duplicate-progress": `insert into course_progress (user_id, content_id, subject_name, updated_at)
    select user_id, content_id, subject_name, updated_at - interval '1 day' from course_progress where id % 211 = $1 order by id limit 25`,
};

/** How many rows a demo has. */
interface DemoSize {
  readonly users?: number;
  readonly sessionsPerUser?: number;
}

/** Lifelike users with their sessions and courses, dirt of every kind that cleanup knows included. */
export const createDemo = ({ users: atOnce = 2_000, sessionsPerUser = 100 }: DemoSize = {}): DemoFacts => ({
  tables: ["users", "study_sessions", "course_progress"],
  async fill(client: pg.ClientBase, asOf: Date, scale) {
    const users = Math.round(atOnce * scale);
    await client.query(fillUsers, [users, asOf]);
    await client.query(fillSessions, [users, sessionsPerUser, asOf]);
    await client.query(fillRunning, [users, asOf]);
    await client.query(fillCourses, [users, asOf]);
    await client.query("select setval(pg_get_serial_sequence('users', 'id'), $1)", [users]);
    const made: Record<string, number> = {};
    for (const [index, [rule, statement]] of Object.entries(dirt).entries()) {
      made[rule] = (await client.query(statement, [index])).rowCount ?? 0;
    }
    return made;
  },
});

/** Fills the domain's tables with a demo of a given size, unless they have rows. */
export const fillDemo = (db: Db, { asOf, ...size }: DemoSize & { asOf: Date }): Promise<DemoCounts> => fillTables(db, createDemo(size), asOf);
