CREATE TABLE "job_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "job_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"queue" text NOT NULL,
	"job_id" text NOT NULL,
	"name" text NOT NULL,
	"domain" text NOT NULL,
	"payload" jsonb,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"worker" text,
	"finished_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"final" boolean NOT NULL,
	"error" text,
	"result" jsonb
);
--> statement-breakpoint
CREATE TABLE "running_attempts" (
	"queue" text NOT NULL,
	"job_id" text NOT NULL,
	"name" text NOT NULL,
	"domain" text NOT NULL,
	"payload" jsonb,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"worker" text,
	CONSTRAINT "running_attempts_queue_job_id_attempt_pk" PRIMARY KEY("queue","job_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "schedule_fires" (
	"schedule_id" text NOT NULL,
	"scheduled_for" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"queue" text NOT NULL,
	"job_id" text,
	"settled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"enqueued_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "schedule_fires_schedule_id_scheduled_for_pk" PRIMARY KEY("schedule_id","scheduled_for")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"domain" text NOT NULL,
	"queue" text NOT NULL,
	"job" text NOT NULL,
	"declared" boolean NOT NULL,
	"facts" jsonb NOT NULL,
	"override" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "job_runs_attempt" ON "job_runs" USING btree ("queue","job_id","started_at");--> statement-breakpoint
CREATE INDEX "job_runs_started" ON "job_runs" USING btree ("started_at","id");--> statement-breakpoint
CREATE INDEX "job_runs_kind" ON "job_runs" USING btree ("queue","name","outcome","started_at","id");--> statement-breakpoint
CREATE INDEX "running_attempts_started" ON "running_attempts" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "schedule_fires_open" ON "schedule_fires" USING btree ("schedule_id","scheduled_for") WHERE outcome in ('ran', 'late') and ended_at is null;--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_at");--> statement-breakpoint
-- What a search by text looks up, which drizzle-kit can't declare: the words of a run, and its day and kind as words of
-- their own (they begin with a character that no text word has), so that one index lookup narrows by all of them at once.
CREATE FUNCTION "job_run_words"(worker text, error text, payload jsonb, started_at timestamptz, queue text, name text, outcome text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  to_tsvector('simple'::regconfig, regexp_replace(concat_ws(' ', worker, error, left(payload::text, 2000)), '[^[:alnum:]]+', ' ', 'g'))
  || array_to_tsvector(ARRAY[
    '=day ' || div(extract(epoch from started_at at time zone 'UTC'), 86400)::bigint,
    '=queue ' || queue, '=name ' || name, '=outcome ' || outcome, '=domain ' || split_part(name, '.', 1)]);--> statement-breakpoint
CREATE INDEX "job_runs_words" ON "job_runs" USING gin ("job_run_words"("worker", "error", "payload", "started_at", "queue", "name", "outcome"));
