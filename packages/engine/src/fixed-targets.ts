import type { ParamSet } from "@caretaker/contracts";
import type { Targets } from "./domain.ts";

/** The same parameter sets in every scope. They are written as they are: name what an entry's schema would add. */
export function fixedTargets(sets: readonly ParamSet[]): { active: Targets; all: Targets } {
  const targets: Targets = () => [[...sets]];
  return { active: targets, all: targets };
}
