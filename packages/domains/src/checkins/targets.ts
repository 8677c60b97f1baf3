import type { ParamSet } from "@caretaker/contracts";
import { type Calendar, fixedTargets, type ScopeContext, type Targets } from "@caretaker/engine";
import { boardTypes } from "./board.ts";
import { scopeOn, scopes } from "./project.ts";

const ongoing = { name: "checkins-ongoing", text: `select id from projects p where ${scopeOn("$1::date")} = 'ongoing' order by id` };
const all = { name: "checkins-all-projects", text: "select id from projects order by id" };

/** Sets made of the ids of ongoing projects, or of all. */
export function projectTargets(calendar: Calendar, setsOf: (projectId: string) => ParamSet[]): { active: Targets; all: Targets } {
  const sets = (rows: [string][]) => [rows.flatMap(([id]) => setsOf(id))];
  return {
    async *active({ db, asOf }: ScopeContext) {
      yield* sets(await db.rows<[string]>(ongoing, [calendar.dateOf(asOf)]));
    },
    async *all({ db }: ScopeContext) {
      yield* sets(await db.rows<[string]>(all, []));
    },
  };
}

/** Both boards of a project. */
export const boardsOf = (projectId: string): ParamSet[] => boardTypes.map((type) => ({ projectId, type }));

/** The list of ongoing projects, or all lists. */
export const listTargets = { active: fixedTargets([{ scope: "ongoing" }]).active, all: fixedTargets(scopes.map((scope) => ({ scope }))).all };
