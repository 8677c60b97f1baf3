import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { namespace, type ProjectParams, projectParams, projectTag, scopeOn, scopes } from "../project.ts";

const value = z.strictObject({
  project_id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(scopes),
  start_date: z.string(),
  end_date: z.string().nullable(),
  cover_image: z.string().nullable(),
  cached_at: z.string(),
});
type Row = [
  id: string,
  title: string,
  description: string | null,
  status: (typeof scopes)[number],
  start: string,
  end: string | null,
  cover: string | null,
];

const statement = {
  name: "checkins-project-info",
  text: `
    select p.id, p.title, p.description, ${scopeOn("$2::date")}, p.start_date::text, p.end_date::text, p.cover_image from projects p where p.id = any($1)`,
};

/** `project-info`: the project. */
export const createProjectInfo = (calendar: Calendar) =>
  defineEntry({
    name: "checkins.project-info",
    key: "project:{projectId}:info",
    params: projectParams,
    value,
    ttl: "2h",
    namespace,
    tags: (params) => [projectTag(params)],
    async loadMany(params: readonly ProjectParams[], { db, asOf }: LoadContext) {
      const ids = params.map(({ projectId }) => projectId);
      const rows = await db.rows<Row>(statement, [ids, calendar.dateOf(asOf)]);
      const found = new Map(
        rows.map(([project_id, title, description, status, start_date, end_date, cover_image]) => [
          project_id,
          { project_id, title, description, status, start_date, end_date, cover_image, cached_at: asOf.toISOString() },
        ]),
      );
      return ids.map((id) => found.get(id) ?? null);
    },
  });
