import type { Db } from "@caretaker/db";
import type { RunQuery } from "./run-query.ts";
import { type RunRow, runColumns } from "./run-row.ts";
import { SearchRefused } from "./search-refused.ts";

const dayMs = 86_400_000;
/** A text that many runs have is found among the latest of them. */
const lookedThrough = 300;
/** Days looked into by one lookup at most, since all that is found is put in order; the first is for one day, each of the following for twice as many. */
const mostDays = 8;
/** A shorter word is looked for as it is: too many begin with it. */
const shortestPrefix = 4;

const words = "job_run_words(worker, error, payload, started_at, queue, name, outcome)";
const page = `(started_at, id) < ($1, $2::bigint) and started_at >= $3`;
const among = `
  select ${runColumns} from (
    select * from job_runs where ${page} order by started_at desc, id desc limit ${lookedThrough}
  ) runs where ${words} @@ $4::tsquery order by started_at desc, id desc limit $5`;
/**
 * The index has the days as words: the order of the rest is that of what was found, never of the whole table. They are a condition
 * by themselves: of two, the index skips what only one has; of two words in one query, it looks at all that the rarer has.
 */
const within = `
  with found as materialized (select id, started_at from job_runs where ${page} and ${words} @@ $4::tsquery and ${words} @@ $6::tsquery)
  , latest as (select id from found order by started_at desc, id desc limit $5)
  select ${runColumns} from latest join job_runs runs using (id) order by runs.started_at desc, runs.id desc`;
const bounds = `
  select least($1::timestamptz, newest) as newest, greatest($2::timestamptz, oldest) as oldest
  from (select max(started_at) as newest, min(started_at) as oldest from job_runs) runs where newest is not null`;

/** The latest runs with all of some words, of which those of four letters and more may be beginnings; and of a domain, queue, name and outcome. */
export async function findByWords({ pool }: Db, query: RunQuery): Promise<RunRow[]> {
  const { before, limit } = query;
  const wanted = tsqueryOf(query);
  const find = async (text: string, from: Date, many: number, ...days: string[]) =>
    (await pool.query<RunRow>(text, [before.startedAt, before.id, from, wanted, many, ...days])).rows;

  const [range] = (await pool.query<{ newest: Date; oldest: Date }>(bounds, [before.startedAt, query.from])).rows;
  if (!range) return [];
  const { newest, oldest } = range;
  const recent = await find(among, oldest, limit);
  if (recent.length === limit) return recent;

  const found: RunRow[] = [];
  let day = Math.floor(newest.getTime() / dayMs);
  for (let days = 1; day * dayMs + dayMs > oldest.getTime() && found.length < limit; day -= days, days = Math.min(days * 2, mostDays)) {
    const span = Array.from({ length: days }, (_, index) => `'=day ${day - index}'`).join(" | ");
    found.push(...(await find(within, oldest, limit - found.length, span)));
  }
  return found;
}

function tsqueryOf({ text = "", ...filters }: RunQuery): string {
  const texts = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (texts.length === 0) throw new SearchRefused(`"${text}" has no word to look for`);
  const kinds = (["queue", "name", "outcome", "domain"] as const).flatMap((filter) => {
    const value = filters[filter];
    return value === undefined ? [] : [`'=${filter} ${value.replaceAll(/['\\]/g, "$&$&")}'`];
  });
  return [...kinds, ...texts.map((word) => `'${word.toLowerCase()}'${word.length >= shortestPrefix ? ":*" : ""}`)].join(" & ");
}
