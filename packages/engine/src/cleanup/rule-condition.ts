import type { CleanupRule } from "./cleanup-rule.ts";

/** The condition, in SQL, by which a rule counts rows, finds them, and takes them out; `others` are the rows that duplicates are looked for among. */
export function ruleCondition(rule: CleanupRule, others: string = rule.table): string {
  const { table } = rule;
  if ("where" in rule) return `(${rule.where})`;
  if ("orphanOf" in rule) {
    const { table: parent, key, column } = rule.orphanOf;
    return `(${table}.${column} is not null and not exists (select from ${parent} parent where parent.${key} = ${table}.${column}))`;
  }
  const same = rule.duplicatesBy.map((column) => `better.${column} = ${table}.${column}`).join(" and ");
  const of = (row: string) => `(${rule.keepGreatest.map((column) => `${row}.${column}`).join(", ")})`;
  return `exists (select from ${others} better where ${same} and ${of("better")} > ${of(table)})`;
}

/** The same for the rows that none of the `earlier` rules takes out. */
export function remainingCondition(rule: CleanupRule, earlier: readonly CleanupRule[]): string {
  const passed = earlier.filter(({ table }) => table === rule.table).map((other) => `${ruleCondition(other)} is not true`);
  if (passed.length === 0) return ruleCondition(rule);
  return [ruleCondition(rule, `(select * from ${rule.table} where ${passed.join(" and ")})`), ...passed].join(" and ");
}
