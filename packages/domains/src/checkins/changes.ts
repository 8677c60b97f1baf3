import type { ChangeFacts } from "@caretaker/engine";
import { listsTag, projectTag } from "./project.ts";

/** What follows from a change to a project. Check-ins come all day and drop nothing: values are refreshed by schedules. */
export const changes: readonly ChangeFacts[] = [{ source: "projects", tags: (projectId) => [projectTag({ projectId }), listsTag] }];
