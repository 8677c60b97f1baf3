import { sql } from "drizzle-orm";
import { bigint, index, jsonb, type PgColumnBuilderBase, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/**
 * The archive that old rows of a table with a key `id` move to: the same columns, when they were archived and by which run. Its
 * key has `by` as well, so that a migration can partition it by that column's months; `indexed` columns have an index each.
 */
export const archiveTable = <Columns extends Record<string, PgColumnBuilderBase>>(
  live: string,
  columns: () => Columns,
  { by, indexed = [] }: { by: keyof Columns & string; indexed?: readonly (keyof Columns & string)[] },
) => {
  const name = `${live}_archive`;
  const kept = { archivedAt: instant("archived_at").notNull().defaultNow(), runId: uuid("run_id").notNull() };
  return pgTable(name, { id: bigint("id", { mode: "number" }).notNull(), ...columns(), ...kept }, (table) => {
    const columnOf = (key: string) => table[key as keyof typeof table] as typeof table.id;
    const indexes = [by, ...indexed].map((key) => index(`${name}_${columnOf(key).name}`).on(columnOf(key)));
    return [primaryKey({ columns: [table.id, columnOf(by)] }), index(`${name}_run_row`).on(table.runId, table.id), ...indexes];
  });
};

/** A domain's table of the rows that its cleanup has taken out: each as JSON, with its table, rule and run. */
export const quarantineTable = (name: string) =>
  pgTable(
    name,
    {
      id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
      tableName: text("table_name").notNull(),
      rowKey: text("row_key").notNull(),
      rule: text("rule").notNull(),
      runId: uuid("run_id").notNull(),
      quarantinedAt: instant("quarantined_at").notNull().default(sql`clock_timestamp()`),
      row: jsonb("row").notNull(),
    },
    (table) => [index(`${name}_run`).on(table.runId, table.id)],
  );
