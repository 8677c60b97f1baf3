-- What drizzle-kit can't declare: columns that an index holds besides those that it sorts by, and what keeps standings right.
CREATE INDEX "checkin_standings_sums" ON "checkin_standings" ("project_id") INCLUDE ("checkins");--> statement-breakpoint
CREATE INDEX "checkins_archive_member" ON "checkins_archive" ("project_id", "user_id", "created_at");--> statement-breakpoint
SELECT partition_by_month('checkins_archive', 'created_at');--> statement-breakpoint
CREATE VIEW "all_checkins" AS
  SELECT project_id, topic_id, user_id, created_at, title FROM checkins
  UNION ALL SELECT project_id, topic_id, user_id, created_at, title FROM checkins_archive;--> statement-breakpoint
-- Computes the standings of members anew, from all their check-ins. They are locked first, in order: who waits for another one's
-- check-in to be committed counts it then.
CREATE FUNCTION "renew_standings"(projects text[], users text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO checkin_standings AS s (project_id, user_id) SELECT p, u FROM unnest(projects, users) m(p, u) ORDER BY 1, 2
    ON CONFLICT (project_id, user_id) DO UPDATE SET checkins = s.checkins;
  WITH days AS (
    SELECT c.project_id, c.user_id, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS checkins, min(c.created_at) AS first_at
    FROM unnest(projects, users) m(p, u), LATERAL (SELECT * FROM all_checkins a WHERE a.project_id = m.p AND a.user_id = m.u) c GROUP BY 1, 2, 3
  ), runs AS (
    SELECT *, day - row_number() OVER (PARTITION BY project_id, user_id ORDER BY day)::int AS begun,
      max(day) OVER member - count(*) OVER member::int AS last_begun
    FROM days WINDOW member AS (PARTITION BY project_id, user_id)
  ), standings AS (
    SELECT project_id, user_id, sum(checkins) AS checkins, count(*) AS days, count(*) FILTER (WHERE begun = last_begun) AS run_days, min(first_at) AS first_at
    FROM runs GROUP BY 1, 2
  )
  UPDATE checkin_standings old SET (checkins, days, run_days, first_at) = ROW (n.checkins, n.days, n.run_days, n.first_at)
  FROM standings n WHERE (old.project_id, old.user_id) = (n.project_id, n.user_id);
  DELETE FROM checkin_standings s USING unnest(projects, users) m(p, u)
  WHERE s.project_id = p AND s.user_id = u AND NOT EXISTS (SELECT FROM all_checkins c WHERE c.project_id = p AND c.user_id = u);
END $$;--> statement-breakpoint
CREATE FUNCTION "checkins_counted"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  projects text[];
  users text[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE checkin_standings;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(project_id), array_agg(user_id) INTO projects, users FROM (SELECT DISTINCT project_id, user_id FROM new_rows) m;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(project_id), array_agg(user_id) INTO projects, users FROM (SELECT DISTINCT project_id, user_id FROM old_rows) m;
  ELSE
    SELECT array_agg(project_id), array_agg(user_id) INTO projects, users
    FROM (SELECT project_id, user_id FROM new_rows UNION SELECT project_id, user_id FROM old_rows) m;
  END IF;
  IF projects IS NOT NULL THEN PERFORM renew_standings(projects, users); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Rows that only move, to the archive and back, change no standing.
CREATE TRIGGER "count_insert" AFTER INSERT ON "checkins" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  WHEN (current_setting('caretaker.capture', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION "checkins_counted"();--> statement-breakpoint
CREATE TRIGGER "count_update" AFTER UPDATE ON "checkins" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT
  WHEN (current_setting('caretaker.capture', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION "checkins_counted"();--> statement-breakpoint
CREATE TRIGGER "count_delete" AFTER DELETE ON "checkins" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  WHEN (current_setting('caretaker.capture', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION "checkins_counted"();--> statement-breakpoint
CREATE TRIGGER "count_truncate" AFTER TRUNCATE ON "checkins" FOR EACH STATEMENT EXECUTE FUNCTION "checkins_counted"();--> statement-breakpoint
SELECT capture_changes('projects', subject => 'id');--> statement-breakpoint
SELECT capture_changes('checkins', subject => 'project_id', at => 'created_at');
