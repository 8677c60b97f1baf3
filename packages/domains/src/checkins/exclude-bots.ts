import { booleanParam } from "@caretaker/contracts";

/** Whether robots are left out; not to do so is the same as to say nothing, and has the same key. */
export const excludeBots = booleanParam.transform((yes) => yes || undefined).optional();

/** SQL for whether a member `alias` counts, where `w.without_bots` says that robots don't. */
export const counts = (alias: string): string =>
  `(not w.without_bots or not exists (select from project_members bot where bot.is_bot and bot.project_id = ${alias}.project_id and bot.user_id = ${alias}.user_id))`;
