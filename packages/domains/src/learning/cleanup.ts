import { type CleanupFacts, defineCleanupRule } from "@caretaker/engine";

const negativeDuration = defineCleanupRule({
  name: "negative-duration",
  table: "study_sessions",
  where: "duration_minutes < 0",
  why: "nobody studies for less than no time",
});

const endsBeforeStart = defineCleanupRule({
  name: "ends-before-start",
  table: "study_sessions",
  where: "end_time < start_time",
  why: "a session cannot end before it starts",
});

const invalidRating = defineCleanupRule({
  name: "invalid-rating",
  table: "study_sessions",
  where: "effectiveness_rating < 1 or effectiveness_rating > 5",
  why: "ratings are from 1 to 5",
});

const invalidFocus = defineCleanupRule({
  name: "invalid-focus",
  table: "study_sessions",
  where: "focus_score < 0 or focus_score > 1",
  why: "a focus score is from 0 to 1",
});

const duplicateProgress = defineCleanupRule({
  name: "duplicate-progress",
  table: "course_progress",
  duplicatesBy: ["user_id", "content_id"],
  keepGreatest: ["updated_at", "id"],
  why: "a user comes so far in a course and no other way: the latest row counts",
});

const orphanSession = defineCleanupRule({
  name: "orphan-session",
  table: "study_sessions",
  orphanOf: { table: "users", key: "id", column: "user_id" },
  why: "somebody has to have studied",
});

/** What can't be right in the domain's tables. The migrations have a partial index for each condition. */
export const cleanup: CleanupFacts = {
  quarantine: "learning_quarantine",
  rules: [negativeDuration, endsBeforeStart, invalidRating, invalidFocus, duplicateProgress, orphanSession],
};
