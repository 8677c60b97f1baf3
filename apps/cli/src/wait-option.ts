import type { Command } from "commander";

/** Adds `--wait` and `--no-wait`; with neither of them a command waits on a terminal, where somebody sees it. */
export const addWaitOption = (command: Command): Command =>
  command.option("--wait", "follow the job to its end (the default on a terminal)").option("--no-wait", "only put the job into its queue");
