import type { Db } from "@caretaker/db";
import type { Telemetry } from "@caretaker/service";

/** Sizes change slowly, and to ask for them takes locks. */
const sizesEveryMs = 30_000;

const outboxes = {
  name: "outboxes",
  text: `
    select 'change_outbox', (select count(*)::int from (select from change_outbox limit 1000000) rows),
      (select extract(epoch from clock_timestamp() - at)::float8 from change_outbox order by id limit 1)
    union all
    select 'job_outbox', (select count(*)::int from (select from job_outbox where error is null limit 1000000) rows),
      (select extract(epoch from clock_timestamp() - at)::float8 from job_outbox where error is null order by position limit 1)`,
};

/** A partition counts for the table that it is a part of. */
const tables = {
  name: "table-sizes",
  text: `
    select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text, sum(pg_table_size(c.oid))::float8, sum(pg_indexes_size(c.oid))::float8,
      coalesce(sum(s.n_live_tup), 0)::float8, coalesce(sum(s.n_dead_tup), 0)::float8
    from pg_class c left join pg_stat_user_tables s on s.relid = c.oid
    where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text = any(current_schemas(false)::text[]) group by 1`,
};

/** Measures what waits in the outboxes, and how large tables are, when metrics are asked for. */
export function observeTables(db: Db, telemetry: Telemetry): void {
  telemetry.beforeScrape(() => measureOutboxes(db, telemetry));
  let measuredAt = Number.NEGATIVE_INFINITY;
  telemetry.beforeScrape(async () => {
    if (performance.now() - measuredAt < sizesEveryMs) return;
    measuredAt = performance.now();
    await measureSizes(db, telemetry);
  });
}

async function measureOutboxes(db: Db, { outboxRows, outboxOldest }: Telemetry): Promise<void> {
  for (const [outbox, rows, seconds] of await db.rows<[string, number, number | null]>(outboxes, [])) {
    outboxRows.set({ outbox }, rows);
    outboxOldest.set({ outbox }, seconds ?? 0);
  }
}

async function measureSizes(db: Db, { tables: metrics }: Telemetry): Promise<void> {
  for (const [table, bytes, indexBytes, rows, deadRows] of await db.rows<[string, number, number, number, number]>(tables, [])) {
    metrics.bytes.set({ table }, bytes);
    metrics.indexBytes.set({ table }, indexBytes);
    metrics.rows.set({ table }, rows);
    metrics.deadRows.set({ table }, deadRows);
  }
}
