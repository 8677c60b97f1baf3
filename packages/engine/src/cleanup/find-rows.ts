import type { Session } from "@caretaker/db";
import type { Cursor } from "../batches/step.ts";
import type { TableFacts } from "../batches/table-facts.ts";
import type { CleanupRule } from "./cleanup-rule.ts";
import { ruleCondition } from "./rule-condition.ts";

/** Finds the next rows that a rule matches, in the order of `columns`, of which the last is the key, and locks none of them. */
export interface RowFinder {
  readonly columns: readonly string[];
  find(session: Session, after: Cursor | null, limit: number): Promise<Cursor[]>;
}

/** How a rule's rows are found: by their key, or for duplicates by what they agree in, so that an index is read once from end to end. */
export function rowFinder(rule: CleanupRule, table: TableFacts): RowFinder {
  const key = rule.key ?? "id";
  const columns = "duplicatesBy" in rule ? [...rule.duplicatesBy, key] : [key];
  const from = "duplicatesBy" in rule ? amongGroups(rule.table, rule.duplicatesBy, table) : () => "";
  return {
    columns,
    async find(session, after, limit) {
      const own = columns.map((column) => `${rule.table}.${column}`);
      const text = `
        select ${own.map((column) => `${column}::text`).join(", ")} from ${rule.table}${from(after, limit)}
        where ${ruleCondition(rule)}${after ? ` and ${isAfter(own, columns, table)}` : ""}
        order by ${own.join(", ")} limit ${limit}`;
      const { rows } = await session.query<string[]>({ text, values: [...(after ?? [])], rowMode: "array" } as never);
      return rows;
    },
  };
}

/** `(a, b) > ($1, $2)`. */
const isAfter = (own: readonly string[], columns: readonly string[], table: TableFacts) =>
  `(${own.join(", ")}) > (${columns.map((column, index) => `$${index + 1}::${table.typeOf(column)}`).join(", ")})`;

/** A join with the next groups that have several rows: each gives at least one row, so a page of them is enough for a page of rows. */
const amongGroups = (name: string, by: readonly string[], table: TableFacts) => (after: Cursor | null, limit: number) =>
  `
  join (
    select ${by.join(", ")} from ${name}
    ${after ? `where (${by.join(", ")}) >= (${by.map((column, index) => `$${index + 1}::${table.typeOf(column)}`).join(", ")})` : ""}
    group by ${by.join(", ")} having count(*) > 1 order by ${by.join(", ")} limit ${limit + 1}
  ) several using (${by.join(", ")})`;
