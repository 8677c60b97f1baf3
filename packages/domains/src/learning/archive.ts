import { type ArchivePolicy, defineArchivePolicy } from "@caretaker/engine";

const inactive = {
  of: { table: "users", key: "id", column: "user_id" },
  age: "coalesce(last_login, created_at)",
  where: "not is_active",
} as const;
const rollup = { name: "daily", at: "start_time" } as const;
const yearsOfThree = 1_095;

const studySessionsPolicy = defineArchivePolicy({
  name: "study-sessions",
  why: "nobody looks at last year's sessions every day, and at those of three years ago at all",
  move: { table: "study_sessions", to: "study_sessions_archive", age: "start_time", where: "not is_active", afterDays: 365 },
  purge: { afterDays: yearsOfThree, rows: [{ table: "study_sessions_archive", age: "start_time", rollup }] },
});

const inactiveUsersPolicy = defineArchivePolicy({
  name: "inactive-users",
  why: "what users did who left long ago is not ours to keep",
  purge: {
    afterDays: yearsOfThree,
    rows: [
      { table: "study_sessions", ...inactive, rollup },
      { table: "study_sessions_archive", ...inactive, rollup },
      { table: "course_progress", ...inactive },
    ],
  },
});

/** What becomes of rows that get old. */
export const archive: readonly ArchivePolicy[] = [studySessionsPolicy, inactiveUsersPolicy];
