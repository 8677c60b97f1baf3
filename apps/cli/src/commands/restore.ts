import type { RestoreResult } from "@caretaker/contracts";
import type { Command } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns } from "../print.ts";
import { tellEnd } from "../tell-end.ts";
import { addWaitOption } from "../wait-option.ts";

/** `caretaker restore RUN` */
export function addRestore(program: Command): void {
  addWaitOption(program.command("restore"))
    .description("put rows back that a cleanup took out, or an archive run moved")
    .argument("<run>", "its number (caretaker runs list), its job's id, or the run id that its rows carry")
    .option("--json", "print the result as JSON")
    .action(async (run: string, { wait, json = false }: { wait?: boolean; json?: boolean }) => {
      await using engine = await openEngine(["postgres", "migrations", "queue redis"]);
      await tellEnd(engine, await engine.restore(run), { title: `restore ${run}`, wait, json }, summary);
    });
}

const summary = ({ tables, ms }: RestoreResult): string => {
  const rows = Object.entries(tables).map(([table, { restored, taken }]) => [table, restored, taken]);
  return `${columns(["table", "restored", "key taken by now"], rows)}\nin ${(ms / 1_000).toFixed(2)} s`;
};
