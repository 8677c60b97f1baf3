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

const longestText = 200;

/** A text in a parameter set; `10` and `"10"` are the same. */
export const textParam = z
  .union([z.string(), z.number(), z.boolean()], { error: "not a text" })
  .transform(String)
  .refine((text) => text.length <= longestText && !text.includes("\0"), `not a text of at most ${longestText} characters without NUL`);

/** A text that may be left out; an empty one counts as left out. */
export const optionalTextParam = textParam.transform((text) => text || undefined).optional();

const decimal = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,10})?$/)
  .transform(Number);

/** A number in a parameter set, at most 2^53 − 1 from 0; `1.5` and `"1.50"` are the same. */
export const numberParam = z
  .union([z.number(), decimal], { error: "not a number" })
  .refine((number) => Math.abs(number) <= Number.MAX_SAFE_INTEGER, "further than 2^53 - 1 from 0")
  .transform((number) => number + 0);
