import type { Db } from "@caretaker/db";
import type { Check } from "../checks.ts";
import type { Domain } from "../domain.ts";

/** What `capture_changes` makes for a table: a function for each kind of statement that it was told of, and a trigger that calls it. */
const select = `
  select source, event, coalesce(tgenabled in ('O', 'A'), false) as captured
  from unnest($1::text[]) given (source)
  left join (unnest(array['insert', 'update', 'delete', 'truncate']) kinds (event) cross join pg_proc f)
    on f.proname = source || '_' || event || '_captured'
  left join pg_trigger t on t.tgfoid = f.oid and t.tgrelid = to_regclass(source)
  order by 1, 2`;

/** Looks whether changes of the tables are captured whose changes domains follow or add up. */
export async function checkCapture({ pool }: Db, domains: readonly Domain[]): Promise<Check> {
  const sources = new Set(domains.flatMap(({ changes = [], rollups = [] }) => [...changes, ...rollups].map(({ source }) => source)));
  const { rows } = await pool.query<{ source: string; event: string | null; captured: boolean }>(select, [[...sources]]);
  const lost = rows.filter(({ captured }) => !captured);
  if (lost.length === 0) return { name: "changes", state: "ok", detail: "captured of all tables that domains follow" };
  const faults = lost.map(({ source, event }) =>
    event ? `the trigger caretaker_${event} of ${source} is gone or disabled` : `changes of ${source} are not captured`,
  );
  const tables = [...new Set(lost.map(({ source }) => source))].join(", ");
  const advice = `call capture_changes for ${tables} as its migration does, enable what is disabled, then clear the cache and rebuild the rollups`;
  return { name: "changes", state: "failed", detail: faults.join("; "), advice };
}
