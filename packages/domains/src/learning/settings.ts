import { timeZone } from "@caretaker/contracts";
import type { z } from "zod";

export const learningSettings = {
  /** The zone of the domain's days and weeks. */
  LEARNING_TZ: timeZone.default("UTC"),
};
export type LearningSettings = z.input<z.ZodObject<typeof learningSettings>>;
