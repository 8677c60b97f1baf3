import type { ParamSet } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type { Domain } from "../domain.ts";
import { chosenEntries, readParams, splitOnce } from "../warmup-plan.ts";

/** Subjects that one warm-up takes. */
const subjectsAtOnce = 5_000;

const takeDue = `
  with next as materialized (
    select source, subject from warmup_requests where due_at <= clock_timestamp() order by due_at limit ${subjectsAtOnce} for update skip locked
  )
  delete from warmup_requests r using next where (r.source, r.subject) = (next.source, next.subject) returning r.source, r.subject`;
const enqueue = "insert into job_outbox (queue, name, payload) values ('warmup', $1, $2)";

/** Turns the subjects that are due into warm-ups, one for each domain; resolves to how many subjects those were. */
export function requestWarmups(db: Db, domains: readonly Domain[]): Promise<number> {
  return inTransaction(db.pool, async (session) => {
    const { rows } = await session.query<{ source: string; subject: string }>(takeDue);
    for (const domain of rows.length > 0 ? domains : []) {
      const params = paramsOf(domain, rows);
      if (params.length > 0) await session.query(enqueue, [`${domain.name}.warmup`, { domain: domain.name, scope: { params } }]);
    }
    return rows.length;
  });
}

/** The sets to warm, each of them once; those that no entry can read, of rows that can't be true, are left out. */
function paramsOf(domain: Domain, wanted: readonly { source: string; subject: string }[]): ParamSet[] {
  const { changes = [] } = domain;
  const { perTarget } = splitOnce(domain, chosenEntries(domain));
  const now = new Date();
  const readable = (set: ParamSet) => perTarget.some((entry) => readParams(domain, entry, set, now).success);
  const sets = changes.flatMap(({ source, warm }) => (warm ? wanted.filter((one) => one.source === source).map(({ subject }) => warm(subject)) : []));
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()].filter(readable);
}
