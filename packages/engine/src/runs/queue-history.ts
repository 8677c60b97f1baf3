import type { Db } from "@caretaker/db";

export interface HistoryQuery {
  /** All queues if left out. */
  readonly queue?: string | undefined;
  readonly outcome: "completed" | "failed";
  /** Milliseconds since 1970; both ends belong to it. */
  readonly from: number;
  readonly to: number;
  readonly granularity: "hour" | "day";
}

/** How many runs that began in the hour or day (of UTC) from `ts` on, ms since 1970, ended so; times without any are left out. */
export interface HistoryPoint {
  readonly ts: number;
  readonly value: number;
}

const perBucket = `
  select (extract(epoch from date_trunc($5, started_at, 'UTC')) * 1000)::float8 as ts, count(*)::int as value from job_runs
  where started_at between to_timestamp($1 / 1000.0) and to_timestamp($2 / 1000.0)
    and outcome = $3 and ($4::text is null or queue = $4)
  group by 1 order by 1`;

/** The throughput of a queue over time, attempts that failed and were tried again included. */
export async function queueHistory({ pool }: Db, { queue, outcome, from, to, granularity }: HistoryQuery): Promise<HistoryPoint[]> {
  const { rows } = await pool.query<HistoryPoint>(perBucket, [from, to, outcome, queue ?? null, granularity]);
  return rows;
}
