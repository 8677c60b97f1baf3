import type { Session } from "@caretaker/db";
import { checkedAgain } from "../batches/checked-again.ts";
import type { TableFacts } from "../batches/table-facts.ts";
import type { CleanupRule } from "./cleanup-rule.ts";
import { ruleCondition } from "./rule-condition.ts";

/**
 * Moves those of some rows to quarantine that the rule still matches; rows that somebody else holds are left alone, as are
 * those that changed since this statement began. One statement, so a row is always in exactly one place.
 */
export async function takeOut(
  session: Session,
  { rule, table, quarantine, runId }: { rule: CleanupRule; table: TableFacts; quarantine: string; runId: string },
  keys: readonly string[],
): Promise<number> {
  const key = rule.key ?? "id";
  const condition = ruleCondition(rule);
  const { rowCount } = await session.query(
    `with picked as materialized (
      select ctid from ${rule.table} where ${key} = any($1::${table.typeOf(key)}[]) and ${condition} order by ${key} for update of ${rule.table} skip locked
    ), gone as (
      delete from ${rule.table} where ctid = any (array(select ctid from picked)) and ${checkedAgain(condition)} returning ${rule.table}.*
    )
    insert into ${quarantine} (table_name, row_key, rule, run_id, "row") select $2, gone.${key}::text, $3, $4, to_jsonb(gone) from gone`,
    [keys, rule.table, rule.name, runId],
  );
  return rowCount ?? 0;
}
