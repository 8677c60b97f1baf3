import type { Db } from "@caretaker/db";
import { counts } from "./exclude-bots.ts";
import { tz } from "./project.ts";

export const boardTypes = ["continuous", "accumulated"] as const;
type BoardType = (typeof boardTypes)[number];

/** One board that is wanted. */
export interface BoardParams {
  readonly projectId: string;
  readonly type: BoardType;
  readonly excludeBots?: true | undefined;
}

/** A row of a board; the first ones of a project come first. A board without anybody has one row without a user. */
type BoardRow = [
  place: number,
  total: number,
  days: number | null,
  userId: string | null,
  name: string | null,
  alias: string | null,
  avatar: string | null,
];

/** So many rows of a board are shown; all are counted. */
const rowsShown = 100;
const columnOf: Record<BoardType, string> = { continuous: "run_days", accumulated: "days" };

/** What follows once it is known who stands where: the first of each project, with their names. `offset 0` has each project counted once. */
const shown = (standings: string, column: string) => `
  select w.place, w.total, top.days, top.user_id, m.name, m.alias, m.avatar
  from (
    select w.*, (select count(*) from ${standings} s where s.project_id = w.project_id and ${counts("s")})::int as total
    from unnest($1::int[], $2::text[], $3::boolean[]) w(place, project_id, without_bots)
    where exists (select from projects p where p.id = w.project_id) offset 0
  ) w
  left join lateral (
    select s.user_id, s.${column} as days, s.first_at from ${standings} s where s.project_id = w.project_id and ${counts("s")}
    order by s.${column} desc nulls last, s.first_at, s.user_id collate "C" limit ${rowsShown}
  ) top on true
  left join project_members m on m.project_id = w.project_id and m.user_id = top.user_id
  order by w.place, top.days desc nulls last, top.first_at, top.user_id collate "C"`;

/** Standings as they are now: nobody has checked in since. */
const nowStatement = (type: BoardType) => ({ name: `checkins-board-${type}`, text: shown("checkin_standings", columnOf[type]) });

/** Standings as they were at `$4`, from all check-ins until then. */
const thenStatement = (type: BoardType) => ({
  name: `checkins-board-then-${type}`,
  text: `
    with days as (
      select project_id, user_id, (created_at at time zone '${tz}')::date as day, min(created_at) as first_at
      from all_checkins where project_id = any($2) and created_at <= $4 group by 1, 2, 3
    ), runs as (
      select *, day - row_number() over (partition by project_id, user_id order by day)::int as begun,
        max(day) over member - count(*) over member::int as last_begun
      from days window member as (partition by project_id, user_id)
    ), standings as materialized (
      select project_id, user_id, count(*)::int as days, count(*) filter (where begun = last_begun)::int as run_days, min(first_at) as first_at
      from runs group by 1, 2
    )
    ${shown("standings", columnOf[type])}`,
});

const laterStatement = {
  name: "checkins-later",
  text: "select id from unnest($1::text[]) id where exists (select from all_checkins c where c.project_id = id and c.created_at > $2)",
};

/** The boards of projects that exist, by their place in `sets`. */
export async function readBoards(db: Db, sets: readonly BoardParams[], asOf: Date): Promise<Map<number, BoardRow[]>> {
  const later = await db.rows<[string]>(laterStatement, [[...new Set(sets.map(({ projectId }) => projectId))], asOf]);
  const changedSince = new Set(later.map(([id]) => id));
  const wanted = sets.map((set, place) => ({ ...set, place }));
  const rows = await Promise.all(
    boardTypes.flatMap((type) => {
      const ofType = wanted.filter((set) => set.type === type);
      const [then, now] = [
        ofType.filter(({ projectId }) => changedSince.has(projectId)),
        ofType.filter(({ projectId }) => !changedSince.has(projectId)),
      ];
      return [
        ...(now.length > 0 ? [db.rows<BoardRow>(nowStatement(type), columns(now))] : []),
        ...(then.length > 0 ? [db.rows<BoardRow>(thenStatement(type), [...columns(then), asOf])] : []),
      ];
    }),
  );
  return Map.groupBy(rows.flat(), ([place]) => place);
}

const columns = (sets: readonly (BoardParams & { place: number })[]) => [
  sets.map(({ place }) => place),
  sets.map(({ projectId }) => projectId),
  sets.map(({ excludeBots }) => excludeBots === true),
];
