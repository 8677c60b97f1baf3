import type { ParamSet } from "@caretaker/contracts";
import { fixedTargets } from "@caretaker/engine";

/** Lists that people ask for every day, page 1 of 20 each. */
const commonLists = {
  primary: [
    {},
    { district: "港岛（中西区）" },
    { district: "九龙（油尖旺区）" },
    { district: "新界（沙田区）" },
    { schoolNet: "11" },
    { schoolNet: "41" },
    { category: "官立" },
    { category: "资助" },
    { category: "私立" },
  ],
  secondary: [
    {},
    { district: "港岛区" },
    { district: "九龙城" },
    { district: "沙田" },
    { schoolGroup: "1A" },
    { schoolGroup: "1B" },
    { schoolGroup: "2A" },
    { district: "九龙城", schoolGroup: "1A" },
  ],
} satisfies Record<string, ParamSet[]>;

/** The common lists of a level, whatever the scope. */
export const commonTargets = (level: keyof typeof commonLists) =>
  fixedTargets(commonLists[level].map((list) => ({ ...list, page: 1, pageSize: 20 })));
