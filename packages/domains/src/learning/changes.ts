import type { ChangeFacts } from "@caretaker/engine";
import { userTag } from "./entries/shapes.ts";

const tags = (user: string) => userTag({ userId: Number(user) });

/** What follows from changes: a user's values are dropped, and warmed if a session is new or has just ended. The subjects are users. */
export const changes: readonly ChangeFacts[] = [
  { source: "study_sessions", tags, warm: (user) => ({ userId: Number(user) }) },
  { source: "course_progress", tags },
  { source: "users", tags },
];
