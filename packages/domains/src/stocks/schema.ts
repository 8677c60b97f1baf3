import { archiveTable } from "@caretaker/db/tables";
import { sql } from "drizzle-orm";
import { bigint, date, index, jsonb, numeric, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** Listed companies. What screens walk along is in the migrations. */
export const stocks = pgTable(
  "stocks",
  {
    code: text("code").primaryKey(),
    name: text("name"),
    industry: text("industry"),
    marketCap: numeric("market_cap"),
    peTtm: numeric("pe_ttm"),
    pb: numeric("pb"),
  },
  (table) => [index("stocks_industry").on(table.industry, table.marketCap), index("stocks_pe_ttm").on(table.peTtm)],
);

/** What a stock was traded for on a day. */
export const dailyBars = pgTable(
  "daily_bars",
  {
    code: text("code").notNull(),
    date: date("date").notNull(),
    open: numeric("open").notNull(),
    high: numeric("high").notNull(),
    low: numeric("low").notNull(),
    close: numeric("close").notNull(),
    volume: bigint("volume", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.code, table.date] }),
    index("daily_bars_volume").on(table.date, table.volume.desc(), sql`${table.code} collate "C"`),
  ],
);

export const stockFinancials = pgTable(
  "stock_financials",
  {
    code: text("code").notNull(),
    reportDate: date("report_date").notNull(),
    roe: numeric("roe"),
    peTtm: numeric("pe_ttm"),
    eps: numeric("eps"),
    dividendYield: numeric("dividend_yield"),
  },
  (table) => [primaryKey({ columns: [table.code, table.reportDate] }), index("stock_financials_roe").on(table.roe)],
);

const executionColumns = () => ({
  userId: bigint("user_id", { mode: "number" }).notNull(),
  strategy: text("strategy").notNull(),
  code: text("code"),
  executedAt: timestamp("executed_at", { withTimezone: true }).notNull(),
  result: jsonb("result"),
});

/** What users' strategies did, and when. */
export const strategyExecutions = pgTable(
  "strategy_executions",
  { id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(), ...executionColumns() },
  (table) => [index("strategy_executions_user").on(table.userId, table.executedAt), index("strategy_executions_executed_at").on(table.executedAt)],
);

export const strategyExecutionsArchive = archiveTable("strategy_executions", executionColumns, { by: "executedAt", indexed: ["userId"] });
