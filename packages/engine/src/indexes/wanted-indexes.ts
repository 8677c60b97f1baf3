import type { AgingRows } from "../archive/archive-policy.ts";
import type { CleanupRule } from "../cleanup/cleanup-rule.ts";
import { ruleCondition } from "../cleanup/rule-condition.ts";
import type { Domain } from "../domain.ts";

/** An index that a domain's facts ask for: for whom, a statement that has to run on it, and one that makes it. */
export interface WantedIndex {
  readonly purpose: string;
  readonly statement: string;
  readonly create: string;
}

/** The indexes that cleanup, archive and restore look rows up by. */
export function wantedIndexes({ name, cleanup, archive = [] }: Domain): WantedIndex[] {
  const moves = archive.flatMap(({ name: policy, move }) => (move ? [{ policy, rows: move }] : []));
  const purges = archive.flatMap(({ name: policy, purge }) => (purge?.rows ?? []).map((rows) => ({ policy, rows })));
  return [
    ...(cleanup?.rules ?? []).map((rule) => ofRule(name, rule)),
    ...[...moves, ...purges].map(({ policy, rows }) => ofAging(`archive policy ${name}.${policy}`, rows)),
    ...[...new Set([...moves.map(({ rows }) => rows.to), ...(cleanup ? [cleanup.quarantine] : [])])].map((table) =>
      lookup(`restore from ${table}`, table, "run_id"),
    ),
  ];
}

function ofRule(domain: string, rule: CleanupRule): WantedIndex {
  const purpose = `cleanup rule ${domain}.${rule.name}`;
  if ("orphanOf" in rule) return lookup(purpose, rule.orphanOf.table, rule.orphanOf.key);
  if ("duplicatesBy" in rule) return lookup(purpose, rule.table, ...rule.duplicatesBy);
  const condition = ruleCondition(rule);
  const create = `create index concurrently on ${rule.table} (${rule.key ?? "id"}) where ${condition}`;
  return { purpose, statement: `select from ${rule.table} where ${condition}`, create };
}

function ofAging(purpose: string, { table, age, of }: AgingRows): WantedIndex {
  if (of) return lookup(purpose, table, of.column);
  const create = `create index concurrently on ${table} (${age})`;
  return { purpose, statement: `select from ${table} where ${age} < '1970-01-01'`, create };
}

const lookup = (purpose: string, table: string, ...columns: string[]): WantedIndex => ({
  purpose,
  statement: `select from ${table} where ${columns.map((column) => `${column} = (select ${column} from ${table} limit 1)`).join(" and ")}`,
  create: `create index concurrently on ${table} (${columns.join(", ")})`,
});
