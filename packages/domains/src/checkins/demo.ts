import { chance, type DemoFacts, oneOf } from "@caretaker/engine";

const titles = [
  "Early birds",
  "A page a day",
  "Thirty days of code",
  "Walk to work",
  "Words in Spanish",
  "Piano practice",
  "Cold showers",
  "Sketchbook",
];

const fillProjects = `
  insert into projects (id, title, description, start_date, end_date)
  select (7000000 + g)::text, (array[${titles.map((title) => `'${title}'`)}])[g], 'Made up for the demo', $1::date - 500 + 10 * g::int,
    case when g = 7 then $1::date - 400 when g = 8 then $1::date - 5 end
  from generate_series(1, ${titles.length}) g`;

const fillMembers = `
  insert into project_members (project_id, user_id, name, joined_at, is_bot)
  select p.id, (500000000000000 + u)::text, ${oneOf(["Ada", "Bo", "Chen", "Dara", "Eun", "Fay", "Gil", "Hua"], "u", 1)} || ' ' || u, p.start_date + ${chance("u", 2)} * interval '90 days', u % 97 = 0
  from projects p, generate_series(1, $1::bigint) u where ${chance("hashtext(p.id) + u", 3)} < 0.5`;

/** Some come nearly every day, most now and then. */
const fillCheckins = `
  insert into checkins (project_id, topic_id, user_id, created_at, title)
  select project_id, lpad((row_number() over (order by at, user_id))::text, 12, '0'), user_id, at, 'Day ' || day
  from (select m.project_id, m.user_id, day, m.joined_at + (day + 0.9 * ${chance("seed", 4)}) * interval '1 day' as at, p.end_date
    from project_members m join projects p on p.id = m.project_id, generate_series(0, $2::int) day, lateral (select hashtext(m.project_id || m.user_id || day) as seed) s
    where ${chance("seed", 5)} < 0.9 * ${chance("hashtext(m.user_id)", 6)} ^ 4) made
  where at <= $1 and (end_date is null or at < end_date)`;

const [users, days] = [300, 500];

/** Made-up projects, one of them over for more than a year, with what their members checked in for. */
export const demo: DemoFacts = {
  tables: ["projects", "project_members", "checkins"],
  async fill(client, asOf, scale) {
    await client.query(fillProjects, [asOf]);
    await client.query(fillMembers, [Math.ceil(users * scale)]);
    await client.query(fillCheckins, [asOf, days]);
    return {};
  },
};
