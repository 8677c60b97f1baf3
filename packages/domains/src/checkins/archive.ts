import { type ArchivePolicy, defineArchivePolicy } from "@caretaker/engine";
import { tz } from "./project.ts";

const endedProjects = defineArchivePolicy({
  name: "ended-projects",
  why: "a project that has been over for a year is looked at, but nobody checks in",
  move: {
    table: "checkins",
    to: "checkins_archive",
    of: { table: "projects", key: "id", column: "project_id" },
    age: `((end_date + 1)::timestamp at time zone '${tz}')`,
    afterDays: 365,
  },
});

/** What becomes of rows that get old. */
export const archive: readonly ArchivePolicy[] = [endedProjects];
