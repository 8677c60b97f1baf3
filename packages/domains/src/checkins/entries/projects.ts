import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { listsTag, namespace, scopeOn, scopes } from "../project.ts";

const params = z.strictObject({ scope: z.enum(scopes) });
const project = z.strictObject({
  project_id: z.string(),
  title: z.string(),
  status: z.enum(scopes),
  total_members: z.int(),
  total_checkins: z.int(),
});
type Row = [id: string, title: string, status: (typeof scopes)[number], members: number, checkins: number];

const statement = {
  name: "checkins-projects",
  text: `
    select p.id, p.title, on_the_day.scope,
      (select count(*) from project_members m where m.project_id = p.id and m.joined_at <= $2)::int,
      (select coalesce(sum(checkins), 0) from checkin_standings s where s.project_id = p.id)::int
        - (select count(*) from all_checkins c where c.project_id = p.id and c.created_at > $2)::int
    from projects p, lateral (select ${scopeOn("$1::date")} as scope) on_the_day
    where on_the_day.scope = any($3) order by p.id collate "C"`,
};

/** `projects`: projects of a scope with their totals. */
export const createProjects = (calendar: Calendar) =>
  defineEntry({
    name: "checkins.projects",
    key: "projects:list:{scope}",
    params,
    value: z.strictObject({ projects: z.array(project), cached_at: z.string() }),
    ttl: "2h",
    namespace,
    tags: () => [listsTag],
    async loadMany(sets: readonly z.infer<typeof params>[], { db, asOf }: LoadContext) {
      const rows = await db.rows<Row>(statement, [calendar.dateOf(asOf), asOf, sets.map(({ scope }) => scope)]);
      const projects = rows.map(([project_id, title, status, total_members, total_checkins]) => ({
        project_id,
        title,
        status,
        total_members,
        total_checkins,
      }));
      return sets.map(({ scope }) => ({ projects: projects.filter(({ status }) => status === scope), cached_at: asOf.toISOString() }));
    },
  });
