import { migrate } from "@caretaker/engine";
import type { Command } from "commander";
import { openEngine } from "../open-engine.ts";
import { print } from "../print.ts";

/** `caretaker migrate` */
export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database's tables up to date; safe to run by many at once")
    .option("--json", "print the result as JSON")
    .action(async (options: { json?: boolean }) => {
      await using engine = await openEngine(["postgres"]);
      const applied = await migrate(engine.db);
      print({ applied }, options, () => (applied === 0 ? "the database is up to date" : `applied ${applied} migration(s)`));
    });
}
