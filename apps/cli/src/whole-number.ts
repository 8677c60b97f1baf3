import { InvalidArgumentError } from "commander";

/** Reads a whole number from an option; anything else is a wrong use. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("not a whole number");
  return Number(text);
}
