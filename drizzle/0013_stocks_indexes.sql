-- Screens in their order, with everything that they filter by and show; drizzle-kit can't declare the columns that an index holds
-- besides those that it sorts by.
CREATE INDEX "stocks_market_cap" ON "stocks" ("market_cap" DESC NULLS LAST, "code" COLLATE "C") INCLUDE ("name", "industry", "pe_ttm", "pb");--> statement-breakpoint
SELECT partition_by_month('strategy_executions_archive', 'executed_at');--> statement-breakpoint
SELECT capture_changes('stocks', subject => 'code');--> statement-breakpoint
SELECT capture_changes('daily_bars', subject => 'code');
