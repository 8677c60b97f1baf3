import type { ParamSet } from "@caretaker/contracts";
import type { LoadContext, ScopeContext } from "@caretaker/engine";

/** Users that are read, and handed on, at once. */
const usersAtOnce = 10_000;
const dayMs = 86_400_000;

const allUsers = {
  name: "learning-all-users",
  text: "select id::float8 from users where is_active and id > $1 order by id limit $2",
};

/** Users by the index on sessions: its distinct users since a moment, joined with those that exist. */
const activeUsers = {
  name: "learning-active-users",
  text: `
    select id::float8 from users u
    where id > $1 and exists (select from study_sessions s where s.user_id = u.id and s.start_time > $3 and s.start_time <= $4)
    order by id limit $2`,
};

/** All users that are active by their account. */
export const allTargets = ({ db }: LoadContext) => pages((after) => db.rows<[number]>(allUsers, [after, usersAtOnce]));

/** Users with a session that was started in the last `activeDays` days. */
export const activeTargets = ({ db, asOf, activeDays }: ScopeContext) =>
  pages((after) => db.rows<[number]>(activeUsers, [after, usersAtOnce, new Date(asOf.getTime() - activeDays * dayMs), asOf]));

/** Pages of user ids in ascending order, each one found from the last id of the one before, until one comes back short. */
async function* pages(read: (after: number) => Promise<[number][]>): AsyncGenerator<ParamSet[]> {
  let after = Number.MIN_SAFE_INTEGER;
  for (let found = usersAtOnce; found === usersAtOnce; ) {
    const page = await read(after);
    yield page.map(([userId]) => ({ userId }));
    found = page.length;
    after = page.at(-1)?.[0] ?? after;
  }
}
