DROP INDEX "rollup_windows_subject";--> statement-breakpoint
-- days that are computed again change in place, where their page has room for it: no index has to be told
ALTER TABLE "learning_analytics" SET (fillfactor = 80);--> statement-breakpoint
ALTER TABLE "checkin_daily" SET (fillfactor = 80);
