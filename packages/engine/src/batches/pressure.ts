import type { Db } from "@caretaker/db";

/** What others ask of the database: `busy` while they work in it, `strained` while they wait for locks, replicas lag, or long transactions keep dead rows. */
export type Pressure = "none" | "busy" | "strained";

const sampleEveryMs = 250;
const longWaitMs = 100;
const longLagSeconds = 10;
const longTransactionSeconds = 300;

/** A role that may not see what others do (pg_read_all_stats) sees them idle. */
const sample = {
  name: "pressure",
  text: `
    select
      coalesce(bool_or(wait_event_type = 'Lock' and query_start < clock_timestamp() - $1 * interval '1 millisecond'), false)
        or coalesce(max(extract(epoch from clock_timestamp() - xact_start)) > $2, false)
        or (select coalesce(max(extract(epoch from replay_lag)), 0) from pg_stat_replication) > $3,
      coalesce(bool_or(application_name not like 'caretaker%' and query_start > clock_timestamp() - interval '1 second'), false)
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
};

/** Looks at the database at most every quarter of a second; what was seen counts in between. */
export function createPressure(db: Db, clock: () => number = () => performance.now()): () => Promise<Pressure> {
  let seen: Pressure = "none";
  let seenAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock() - seenAt < sampleEveryMs) return seen;
    seenAt = clock();
    const [row] = await db.rows<[boolean, boolean]>(sample, [longWaitMs, longTransactionSeconds, longLagSeconds]);
    const [strained, busy] = row ?? [false, false];
    seen = strained ? "strained" : busy ? "busy" : "none";
    return seen;
  };
}
