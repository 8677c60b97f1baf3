import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });

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
