-- Wakes the relays, unless somebody has done so since one of them went to rest (and set the bell to 1): NOTIFY takes a lock that
-- all commits share. Who rings and rolls back silences the others until a relay looks by itself, a quarter of a second later.
CREATE SEQUENCE "change_bell";--> statement-breakpoint
CREATE FUNCTION "ring_for_changes"() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM setval('public.change_bell', 2);
  PERFORM pg_notify('caretaker_changes', '');
END $$;--> statement-breakpoint
-- Change capture, which drizzle-kit can't declare. capture_changes('t', subject => 'user_id') has every committed statement on t
-- leave one row in change_outbox for each subject that it touched, whoever ran it. In one transaction, what is
-- written while caretaker.capture is 'off' (set_config('caretaker.capture', 'off', true)) leaves none: for rows that only move.
CREATE FUNCTION "capture_changes"(
  source regclass,
  subject text,                    -- an expression over a row: whom it is about
  at text DEFAULT NULL,            -- an expression over a row: the timestamptz that it is of, for rollups
  warms text DEFAULT NULL,         -- a condition on a row: its subject is wanted warm when it is new, or begins to fulfil this
  events text[] DEFAULT ARRAY['insert', 'update', 'delete']
) RETURNS void LANGUAGE plpgsql AS $capture$
DECLARE
  title text := (SELECT relname FROM pg_class WHERE oid = source);
  quarter text := CASE WHEN at IS NULL THEN 'NULL::timestamptz' ELSE format('date_bin(''15 minutes'', %s, ''epoch'')', at) END;
  facts text := format('(%s)::text AS subject, %s AS at, %s AS warms', subject, quarter, coalesce(warms, 'false'));
  instants text := CASE WHEN at IS NULL THEN 'NULL' ELSE 'array_agg(DISTINCT at) FILTER (WHERE at IS NOT NULL)' END;
  event text;
  changed text;
  tables text;
  wanted text;
  single text;
BEGIN
  FOREACH event IN ARRAY events LOOP
    tables := CASE event WHEN 'insert' THEN 'NEW TABLE AS new_rows' WHEN 'delete' THEN 'OLD TABLE AS old_rows'
      ELSE 'NEW TABLE AS new_rows OLD TABLE AS old_rows' END;
    changed := CASE event WHEN 'insert' THEN format('SELECT %s FROM new_rows', facts) WHEN 'delete' THEN format('SELECT %s FROM old_rows', facts)
      ELSE format('SELECT %s, true AS is_new FROM new_rows UNION ALL SELECT %1$s, false FROM old_rows', facts) END;
    wanted := CASE WHEN warms IS NULL OR event = 'delete' THEN 'false' WHEN event = 'insert' THEN 'true'
      ELSE 'count(*) FILTER (WHERE warms AND is_new) > count(*) FILTER (WHERE warms AND NOT is_new)' END;
    -- A statement that inserts one row, the most frequent of all, is spared the grouping.
    single := CASE WHEN event <> 'insert' THEN '' ELSE format($one$
        INSERT INTO public.change_outbox (source, subject, instants, warm)
          SELECT %L, subject, CASE WHEN at IS NOT NULL THEN ARRAY[at] END, %L FROM (%s) changed
          WHERE subject IS NOT NULL AND NOT EXISTS (SELECT FROM new_rows OFFSET 1);$one$, title, warms IS NOT NULL, changed) END;
    EXECUTE format($function$
      CREATE OR REPLACE FUNCTION public.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      BEGIN
        %10$s
        IF NOT FOUND THEN
          INSERT INTO public.change_outbox (source, subject, instants, warm)
            SELECT %2$L, subject, %3$s, %4$s FROM (%5$s) changed WHERE subject IS NOT NULL GROUP BY subject;
        END IF;
        IF FOUND AND pg_sequence_last_value('public.change_bell') IS DISTINCT FROM 2 THEN PERFORM public.ring_for_changes(); END IF;
        RETURN NULL;
      END $body$;
      CREATE OR REPLACE TRIGGER %6$I AFTER %7$s ON %8$s REFERENCING %9$s FOR EACH STATEMENT
        WHEN (current_setting('caretaker.capture', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION public.%1$I();
    $function$, title || '_' || event || '_captured', title, instants, wanted, changed, 'caretaker_' || event, event, source, tables, single);
  END LOOP;
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION public.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      INSERT INTO public.change_outbox (source) VALUES (%2$L);
      PERFORM public.ring_for_changes();
      RETURN NULL;
    END $body$;
    CREATE OR REPLACE TRIGGER caretaker_truncate AFTER TRUNCATE ON %3$s FOR EACH STATEMENT EXECUTE FUNCTION public.%1$I();
  $function$, title || '_truncate_captured', title, source);
END $capture$;--> statement-breakpoint
CREATE FUNCTION "job_outbox_filled"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('caretaker_jobs', '');
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "caretaker_insert" AFTER INSERT ON "job_outbox" FOR EACH STATEMENT EXECUTE FUNCTION "job_outbox_filled"();--> statement-breakpoint
-- Rows of these come and go: their space is wanted back soon, or the first living row gets hard to find.
ALTER TABLE "change_outbox" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
ALTER TABLE "job_outbox" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
ALTER TABLE "rollup_windows" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
SELECT capture_changes('study_sessions', subject => 'user_id', at => 'start_time', warms => 'end_time IS NOT NULL');--> statement-breakpoint
SELECT capture_changes('course_progress', subject => 'user_id');--> statement-breakpoint
SELECT capture_changes('users', subject => 'id', events => ARRAY['insert', 'delete']);
