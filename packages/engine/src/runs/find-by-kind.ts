import type { Db } from "@caretaker/db";
import type { RunQuery } from "./run-query.ts";
import { type RunRow, runColumns } from "./run-row.ts";

/** Kinds of runs looked into; there are a few dozen, unless somebody makes names up. */
const mostKinds = 2_000;

/** The kinds of runs there are, each found by one step in the index, whatever the number of runs. */
const kinds = `
  with recursive kind as (
    (select queue, name, outcome from job_runs order by queue, name, outcome limit 1)
    union all
    select following.* from kind cross join lateral (
      select queue, name, outcome from job_runs where (queue, name, outcome) > (kind.queue, kind.name, kind.outcome)
      order by queue, name, outcome limit 1
    ) following
  ), kinds as (select * from kind limit ${mostKinds})`;

/** The latest of each matching kind, from the index of kinds; then the latest of these. No filter can make it read more. */
const byKind = `${kinds}
  select ${runColumns} from kinds cross join lateral (
    select * from job_runs where queue = kinds.queue and name = kinds.name and outcome = kinds.outcome
      and (started_at, id) < ($1, $2::bigint) and started_at >= coalesce($3, '-infinity'::timestamptz)
    order by started_at desc, id desc limit $4
  ) runs
  where ($5::text is null or kinds.queue = $5) and ($6::text is null or kinds.name = $6) and ($7::text is null or kinds.outcome = $7)
    and ($8::text is null or split_part(kinds.name, '.', 1) = $8)
  order by runs.started_at desc, runs.id desc limit $4`;

const latest = `
  select ${runColumns} from job_runs runs
  where (started_at, id) < ($1, $2::bigint) and started_at >= coalesce($3, '-infinity'::timestamptz)
  order by started_at desc, id desc limit $4`;

/** The latest runs of a domain, queue, name and outcome, as far as these are given. */
export async function findByKind({ pool }: Db, { before, from, limit, queue, name, outcome, domain }: RunQuery): Promise<RunRow[]> {
  const page = [before.startedAt, before.id, from, limit];
  const filters = [queue, name, outcome, domain].map((value) => value ?? null);
  const filtered = filters.some((value) => value !== null);
  const { rows } = filtered ? await pool.query<RunRow>(byKind, [...page, ...filters]) : await pool.query<RunRow>(latest, page);
  return rows;
}
