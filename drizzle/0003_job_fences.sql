CREATE TABLE "job_fences" (
	"job" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"progress" jsonb,
	"renewed_at" timestamp with time zone DEFAULT now() NOT NULL
);
