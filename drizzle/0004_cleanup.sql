CREATE TABLE "learning_quarantine" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "learning_quarantine_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"rule" text NOT NULL,
	"run_id" uuid NOT NULL,
	"quarantined_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"row" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "learning_quarantine_run" ON "learning_quarantine" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "study_sessions_negative_duration" ON "study_sessions" USING btree ("id") WHERE duration_minutes < 0;--> statement-breakpoint
CREATE INDEX "study_sessions_ends_before_start" ON "study_sessions" USING btree ("id") WHERE end_time < start_time;--> statement-breakpoint
CREATE INDEX "study_sessions_invalid_rating" ON "study_sessions" USING btree ("id") WHERE effectiveness_rating < 1 or effectiveness_rating > 5;--> statement-breakpoint
CREATE INDEX "study_sessions_invalid_focus" ON "study_sessions" USING btree ("id") WHERE focus_score < 0 or focus_score > 1;