import type { ImportFacts } from "@caretaker/engine";
import { mergeOulad } from "./import/merge-oulad.ts";
import { ouladFiles } from "./import/oulad-files.ts";

/** The OULAD (see `oulad-files.ts`): what is new or different goes into the domain's tables. */
export const files: ImportFacts = {
  files: ouladFiles,
  merge: mergeOulad,
  rows: {
    users: "select count(distinct user_id) from enrolled",
    course_progress: "select count(*) from progress",
    study_sessions: "select count(*) from sessions",
  },
};
