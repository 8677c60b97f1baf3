DROP INDEX "study_sessions_archive_start";--> statement-breakpoint
DROP INDEX "study_sessions_archive_run";--> statement-breakpoint
ALTER TABLE "study_sessions_archive" DROP CONSTRAINT "study_sessions_archive_pkey";--> statement-breakpoint
ALTER TABLE "study_sessions_archive" ADD CONSTRAINT "study_sessions_archive_id_start_time_pk" PRIMARY KEY("id","start_time");--> statement-breakpoint
CREATE INDEX "study_sessions_archive_run_row" ON "study_sessions_archive" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "study_sessions_archive_start_time" ON "study_sessions_archive" USING btree ("start_time");--> statement-breakpoint
CREATE INDEX "study_sessions_archive_user_id" ON "study_sessions_archive" USING btree ("user_id");--> statement-breakpoint
-- Partitions a table by months (UTC) of a timestamptz column, which drizzle-kit can't declare: rows, key and indexes stay
-- what they are. Archive runs make the partitions of the months that they need, <table>_YYYY_MM.
CREATE FUNCTION "partition_by_month"(source regclass, by_column text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  title text := (SELECT relname FROM pg_class WHERE oid = source);
  flat text := title || '_flat';
  key_name text;
  key_text text;
  definitions text[];
  statement text;
  month timestamptz;
BEGIN
  SELECT conname, pg_get_constraintdef(oid) INTO key_name, key_text FROM pg_constraint WHERE conrelid = source AND contype = 'p';
  definitions := ARRAY(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = source AND NOT indisprimary);
  EXECUTE format('ALTER TABLE %I RENAME TO %I', title, flat);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS) PARTITION BY RANGE (%I)', title, flat, by_column);
  FOR month IN EXECUTE format('SELECT DISTINCT date_trunc(''month'', %I, ''UTC'') FROM %I', by_column, flat) LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', title || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'), title,
      month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
  EXECUTE format('INSERT INTO %I SELECT * FROM %I', title, flat);
  EXECUTE format('DROP TABLE %I', flat);
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', title, key_name, key_text);
  FOREACH statement IN ARRAY definitions LOOP
    EXECUTE statement;
  END LOOP;
END $$;--> statement-breakpoint
SELECT partition_by_month('study_sessions_archive', 'start_time');
