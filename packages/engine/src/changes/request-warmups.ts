import type { ParamSet } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type { Domain } from "../domain.ts";
import { shortName } from "../entry-name.ts";
import { chosenEntries, readParams, splitOnce } from "../warmup-plan.ts";
import { popularSubject } from "./take-changes.ts";

/** Subjects that one warm-up takes. */
const subjectsAtOnce = 5_000;

const takeDue = `
  with next as materialized (
    select source, subject from warmup_requests where due_at <= clock_timestamp() order by due_at limit ${subjectsAtOnce} for update skip locked
  )
  delete from warmup_requests r using next where (r.source, r.subject) = (next.source, next.subject) returning r.source, r.subject`;
const enqueue = "insert into job_outbox (queue, name, payload) values ('warmup', $1, $2)";

interface Wanted {
  readonly source: string;
  readonly subject: string;
}

/** Turns what is due into warm-ups, one of each domain's subjects and one of what is popular; resolves to how many requests those were. */
export function requestWarmups(db: Db, domains: readonly Domain[]): Promise<number> {
  return inTransaction(db.pool, async (session) => {
    const { rows } = await session.query<Wanted>(takeDue);
    const ofSubjects = rows.filter(({ subject }) => subject !== popularSubject);
    const popular = rows.filter(({ subject }) => subject === popularSubject);
    for (const domain of rows.length > 0 ? domains : []) {
      const [params, entries] = [paramsOf(domain, ofSubjects), popularEntriesOf(domain, popular)];
      const payloads = [...(params.length > 0 ? [{ scope: { params } }] : []), ...(entries.length > 0 ? [{ scope: "popular", entries }] : [])];
      for (const payload of payloads) await session.query(enqueue, [`${domain.name}.warmup`, { domain: domain.name, ...payload }]);
    }
    return rows.length;
  });
}

/** The names of the entries of which much was dropped, by what their domain says of the sources. */
function popularEntriesOf({ changes = [] }: Domain, popular: readonly Wanted[]): string[] {
  const entries = changes.flatMap(({ source, warmPopular = [] }) => (popular.some((one) => one.source === source) ? warmPopular : []));
  return [...new Set(entries.map(shortName))];
}

/** The sets to warm, each of them once; those that no entry can read, of rows that can't be true, are left out. */
function paramsOf(domain: Domain, wanted: readonly Wanted[]): ParamSet[] {
  const { changes = [] } = domain;
  const { perTarget } = splitOnce(domain, chosenEntries(domain));
  const now = new Date();
  const readable = (set: ParamSet) => perTarget.some((entry) => readParams(domain, entry, set, now).success);
  const sets = changes.flatMap(({ source, warm }) => (warm ? wanted.filter((one) => one.source === source).map(({ subject }) => warm(subject)) : []));
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()].filter(readable);
}
