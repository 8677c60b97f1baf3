-- Indexes that hold more columns than they sort by, which drizzle-kit can't declare: the cached values of a user are
-- made of them alone, without a look at the table.
CREATE INDEX "study_sessions_user_start" ON "study_sessions" ("user_id", "start_time")
  INCLUDE ("end_time", "duration_minutes", "effectiveness_rating", "focus_score", "break_count", "is_active", "subject_category", "learning_environment", "device_type");--> statement-breakpoint
CREATE INDEX "course_progress_user" ON "course_progress" ("user_id")
  INCLUDE ("proficiency_level", "learning_hour_total", "learning_hour_week", "est_finish_hour", "subject_name");
