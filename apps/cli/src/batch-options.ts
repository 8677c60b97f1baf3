import type { Command } from "commander";
import { readInstant } from "./read-instant.ts";
import { wholeNumber } from "./whole-number.ts";

/** Adds to a command whose job goes through rows in batches how many it takes at once, what it takes for now, and `--json`. */
export const addBatchOptions = (command: Command): Command =>
  command
    .option("--batch-size <rows>", "at most so many rows in one transaction: 1 to 50000; 1000 if left out", wholeNumber)
    .option("--as-of <instant>", "the instant to take for now, such as 2026-03-29T12:00:00Z", readInstant)
    .option("--json", "print the result as JSON");
