CREATE TABLE "change_outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "change_outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"subject" text,
	"instants" timestamp with time zone[],
	"warm" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "job_outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"queue" text NOT NULL,
	"name" text NOT NULL,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "rollup_closed" (
	"source" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"before" timestamp with time zone NOT NULL,
	CONSTRAINT "rollup_closed_source_subject_pk" PRIMARY KEY("source","subject")
);
--> statement-breakpoint
CREATE TABLE "rollup_windows" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rollup_windows_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rollup" text NOT NULL,
	"subject" text NOT NULL,
	"instants" timestamp with time zone[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollups" (
	"name" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"built_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "warmup_requests" (
	"source" text NOT NULL,
	"subject" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "warmup_requests_source_subject_pk" PRIMARY KEY("source","subject")
);
--> statement-breakpoint
ALTER TABLE "learning_analytics" ALTER COLUMN "total_study_time" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "learning_analytics" ALTER COLUMN "average_session_duration" SET DATA TYPE numeric(12, 2);--> statement-breakpoint
CREATE INDEX "job_outbox_waiting" ON "job_outbox" USING btree ("position") WHERE error is null;--> statement-breakpoint
CREATE INDEX "rollup_windows_rollup" ON "rollup_windows" USING btree ("rollup","id");--> statement-breakpoint
CREATE INDEX "rollup_windows_subject" ON "rollup_windows" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "warmup_requests_due" ON "warmup_requests" USING btree ("due_at");