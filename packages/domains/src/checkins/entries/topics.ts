import { defineEntry } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { namespace, type ProjectParams, projectParams, projectTag, user } from "../project.ts";

const topicsShown = 20;
const topic = z.strictObject({ topic_id: z.string(), title: z.string().nullable(), create_time: z.string(), user });
type Row = [
  projectId: string,
  topicId: string | null,
  title: string,
  at: Date,
  userId: string,
  name: string | null,
  alias: string | null,
  avatar: string | null,
];

const statement = {
  name: "checkins-topics",
  text: `
    select w.project_id, t.topic_id, t.title, t.created_at, t.user_id, m.name, m.alias, m.avatar
    from (select id as project_id from projects where id = any($1)) w
    left join lateral (
      select * from all_checkins c where c.project_id = w.project_id and c.created_at <= $2
      order by c.created_at desc, c.topic_id collate "C" desc limit ${topicsShown}
    ) t on true
    left join project_members m on m.project_id = w.project_id and m.user_id = t.user_id
    order by w.project_id, t.created_at desc, t.topic_id collate "C" desc`,
};

/** `topics`: a project's latest check-ins. */
export const topics = defineEntry({
  name: "checkins.topics",
  key: "project:{projectId}:topics",
  params: projectParams,
  value: z.strictObject({ topics: z.array(topic), cached_at: z.string() }),
  ttl: "10m",
  namespace,
  tags: (params) => [projectTag(params)],
  async loadMany(params: readonly ProjectParams[], { db, asOf }: LoadContext) {
    const ids = params.map(({ projectId }) => projectId);
    const found = Map.groupBy(await db.rows<Row>(statement, [ids, asOf]), ([projectId]) => projectId);
    return ids.map((id) => {
      const rows = found.get(id);
      return rows ? { topics: rows.flatMap(topicOf), cached_at: asOf.toISOString() } : null;
    });
  },
});

const topicOf = ([, topic_id, title, at, user_id, name, alias, avatar]: Row) =>
  topic_id === null ? [] : [{ topic_id, title, create_time: at.toISOString(), user: { user_id, name, alias, avatar } }];
