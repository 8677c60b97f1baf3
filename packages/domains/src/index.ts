import type { Domain } from "@caretaker/engine";
import { createLearning } from "./learning/index.ts";

export { type DemoCounts, fillDemo } from "./learning/demo.ts";

/** All domains of this installation: a new one is its folder and a line here. */
export const createDomains = ({ learningTz }: { learningTz: string }): readonly Domain[] => [createLearning({ tz: learningTz })];
