import { textParam } from "@caretaker/contracts";
import { z } from "zod";

/** Days are those of this zone. */
export const tz = "Asia/Shanghai";

export const projectParams = z.strictObject({ projectId: textParam });
export type ProjectParams = z.infer<typeof projectParams>;

export const scopes = ["ongoing", "closed", "over"] as const;

/** SQL for a project's scope on a day: not begun, over or between. */
export const scopeOn = (day: string): string =>
  `case when p.start_date > ${day} then 'closed' when p.end_date < ${day} then 'over' else 'ongoing' end`;

/** Who checked in. */
export const user = z.strictObject({ user_id: z.string(), name: z.string().nullable(), alias: z.string().nullable(), avatar: z.string().nullable() });

/** The tag of a project, and that of the lists of projects. */
export const projectTag = ({ projectId }: ProjectParams): string => `project:${projectId}`;
export const listsTag = "projects";
/** What `clear` drops. */
export const namespace = "checkins";
