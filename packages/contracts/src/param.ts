import { z } from "zod";

const wholeNumber = z
  .string()
  .regex(/^(0|[1-9]\d*)$/)
  .transform(Number)
  .pipe(z.int());

/** A whole number from 0 to 2^53 − 1 in a parameter set; `10` and `"10"` are the same. */
export const integerParam = z.union([z.int().nonnegative(), wholeNumber], { error: "not a whole number from 0 to 2^53 - 1" });

/** A boolean in a parameter set; `true` and `"true"` are the same. */
export const booleanParam = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")], {
  error: "neither true nor false",
});
