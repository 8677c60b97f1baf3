import { instant } from "@caretaker/contracts";
import { InvalidArgumentError } from "commander";

/** Reads an instant of the command line. */
export function readInstant(text: string): string {
  if (!instant.safeParse(text).success) throw new InvalidArgumentError("write an instant such as 2026-03-29T12:00:00Z");
  return text;
}
