import { type ArchivePolicy, defineArchivePolicy } from "@caretaker/engine";

const strategyExecutions = defineArchivePolicy({
  name: "strategy-executions",
  why: "what a strategy did half a year ago is looked up, not watched",
  move: { table: "strategy_executions", to: "strategy_executions_archive", age: "executed_at", afterDays: 180 },
});

/** What becomes of rows that get old. */
export const archive: readonly ArchivePolicy[] = [strategyExecutions];
