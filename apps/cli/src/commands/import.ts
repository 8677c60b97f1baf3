import { CaretakerError } from "@caretaker/contracts";
import { importFiles } from "@caretaker/engine";
import type { Command } from "commander";
import { createBar } from "../bar.ts";
import { openEngine } from "../open-engine.ts";
import { print, table } from "../print.ts";
import { wholeNumber } from "../whole-number.ts";

class NoImport extends CaretakerError {
  override readonly code = "NO_IMPORT";
}

/** `caretaker import DOMAIN DIR` */
export function addImport(program: Command): void {
  program
    .command("import")
    .description("load a domain's tables from files; importing again adds and updates, and removes nothing")
    .argument("<domain>", "such as learning")
    .argument("<dir>", "the folder of its files")
    .option("--shift-to <date>", "move all dates by whole days so that the newest is this one (YYYY-MM-DD)")
    .option("--year <year>", "the year of dates that are made up", wholeNumber)
    .option("--json", "print the result as JSON")
    .action(async (name: string, dir: string, { json, ...options }: { shiftTo?: string; year?: number; json?: boolean }) => {
      await using engine = await openEngine(["postgres", "migrations"]);
      const known = engine.domains.filter(({ files }) => files);
      const domain = known.find((candidate) => candidate.name === name);
      if (!domain?.files)
        throw new NoImport(`no files can be loaded into ${name}; domains that take files: ${known.map((each) => each.name).join(", ")}`);
      const began = performance.now();
      const bar = createBar(`import ${name}`);
      try {
        const { tables } = await importFiles(engine.db, domain.files, { dir, onProgress: bar.show, ...options });
        bar.stop();
        const result = { domain: name, tables, ms: Math.round(performance.now() - began) };
        const rows = Object.entries(tables).map(
          ([tableName, { rows, refused }]) => [tableName, `${rows} rows${refused ? `, ${refused} refused` : ""}`] as const,
        );
        print(result, json ? { json } : {}, () => table([...rows, ["time", `${(result.ms / 1_000).toFixed(1)} s`]]));
      } finally {
        bar.stop();
      }
    });
}
