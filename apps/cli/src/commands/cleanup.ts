import type { CleanupResult } from "@caretaker/contracts";
import type { Command } from "commander";
import { addBatchOptions } from "../batch-options.ts";
import { openEngine } from "../open-engine.ts";
import { columns } from "../print.ts";
import { tellEnd } from "../tell-end.ts";
import { addWaitOption } from "../wait-option.ts";

interface CleanupOptions {
  dryRun?: boolean;
  rules?: string[];
  batchSize?: number;
  asOf?: string;
  wait?: boolean;
  json?: boolean;
}

/** `caretaker cleanup DOMAIN` */
export function addCleanup(program: Command): void {
  addWaitOption(addBatchOptions(program.command("cleanup")))
    .description("take a domain's invalid rows out of its tables, into quarantine")
    .argument("<domain>", "such as learning")
    .option("--dry-run", "only count what would be taken out")
    .option("--rules <names>", "only these rules, comma-separated", (text) => text.split(","))
    .action(async (domain: string, { wait, json = false, ...payload }: CleanupOptions) => {
      await using engine = await openEngine(["postgres", "migrations", "queue redis"]);
      const accepted = await engine.enqueue("cleanup", { domain, ...payload });
      await tellEnd<CleanupResult>(engine, accepted, { title: `cleanup ${domain}`, wait, json }, (result) => cleanupSummary(result, accepted.id));
    });
}

/** What a cleanup did, rule by rule, and how to take it back. */
export function cleanupSummary({ rules, batches, ms }: CleanupResult, jobId: string): string {
  const rows = Object.entries(rules).map(([rule, { matched, removed }]) => [rule, matched, removed]);
  const counts = columns(["rule", "matched", "removed"], rows);
  const removed = Object.values(rules).some((rule) => rule.removed > 0);
  return `${counts}\n${batches} batches in ${(ms / 1_000).toFixed(2)} s${removed ? `; to put them back: caretaker restore ${jobId}` : ""}`;
}
