import type { ImportFacts } from "@caretaker/engine";
import { tz } from "./project.ts";

/** Days without a check-in, before the newest of all, after which a project counts as ended. */
const idleDays = 90;
const dayOf = (instant: string) => `(${instant} at time zone '${tz}')::date`;

const mergeProjects = `
  insert into projects as old (id, title, start_date, end_date)
  select project_id, title, ${dayOf("first_checkin")}, case when ${dayOf("newest")} - ${dayOf("last_checkin")} > ${idleDays} then ${dayOf("last_checkin")} end
  from (select distinct on (project_id) * from listed_projects order by project_id, ctid) p, (select max(create_time) as newest from listed_checkins) c
  on conflict (id) do update set (title, start_date, end_date) = row (excluded.title, excluded.start_date, excluded.end_date)
  where (old.title, old.start_date, old.end_date) is distinct from (excluded.title, excluded.start_date, excluded.end_date)`;

const mergeMembers = `
  insert into project_members as old (project_id, user_id, name, joined_at, is_bot)
  select project_id, user_id, 'member-' || right(user_id, 4), min(create_time), bool_or(is_bot = 1) from listed_checkins group by 1, 2
  on conflict (project_id, user_id) do update set (name, joined_at, is_bot) = row (excluded.name, excluded.joined_at, excluded.is_bot)
  where (old.name, old.joined_at, old.is_bot) is distinct from (excluded.name, excluded.joined_at, excluded.is_bot)`;

/** Check-ins that have been archived stay there. */
const mergeCheckins = `
  insert into checkins as old (project_id, topic_id, user_id, created_at, title)
  select distinct on (topic_id) project_id, topic_id, user_id, create_time, title from listed_checkins c
  where not exists (select from checkins_archive a where a.topic_id = c.topic_id) order by topic_id, ctid
  on conflict (topic_id) do update set (project_id, user_id, created_at, title) = row (excluded.project_id, excluded.user_id, excluded.created_at, excluded.title)
  where (old.project_id, old.user_id, old.created_at, old.title)
    is distinct from (excluded.project_id, excluded.user_id, excluded.created_at, excluded.title)`;

/** Commits of public projects in the place of check-ins: see the files' own README for whose they are. */
export const files: ImportFacts = {
  files: {
    listed_projects: {
      name: "projects",
      table: "projects",
      columns: { project_id: "text", title: "text", first_checkin: "instant", last_checkin: "instant" },
    },
    listed_checkins: {
      name: "checkins",
      table: "checkins",
      columns: { project_id: "text", topic_id: "text", user_id: "text", is_bot: "integer", create_time: "instant", title: "text?" },
    },
  },
  merge: [mergeProjects, mergeMembers, mergeCheckins],
  rows: {
    projects: "select count(distinct project_id) from listed_projects",
    project_members: "select count(*) from (select distinct project_id, user_id from listed_checkins) m",
    checkins: "select count(distinct topic_id) from listed_checkins",
  },
};
