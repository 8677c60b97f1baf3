import type { ArchiveResult, CleanupResult, PolicyResult } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import type { Command } from "commander";
import { addBatchOptions } from "../batch-options.ts";
import { openEngine } from "../open-engine.ts";
import { columns } from "../print.ts";
import { tellEnd } from "../tell-end.ts";
import { addWaitOption } from "../wait-option.ts";
import { wholeNumber } from "../whole-number.ts";
import { cleanupSummary } from "./cleanup.ts";

interface ArchiveOptions {
  dryRun?: boolean;
  policies?: string[];
  archiveOlderThan?: number;
  deleteOlderThan?: number;
  batchSize?: number;
  asOf?: string;
  cleanupInvalid?: boolean;
  wait?: boolean;
  json?: boolean;
}

/** `caretaker archive DOMAIN` */
export function addArchive(program: Command): void {
  addWaitOption(addBatchOptions(program.command("archive")))
    .description("move a domain's old rows to their archive, and delete archived rows that are too old")
    .argument("<domain>", "such as learning")
    .option("--dry-run", "only count what would be moved and deleted")
    .option("--policies <names>", "only these policies, comma-separated", (text) => text.split(","))
    .option("--archive-older-than <days>", "move rows older than this; what each policy says if left out", wholeNumber)
    .option("--delete-older-than <days>", "delete rows older than this for good; what each policy says if left out", wholeNumber)
    .option("--cleanup-invalid", "take invalid rows out first, as the cleanup command does")
    .action(async (domain: string, options: ArchiveOptions) => {
      await using engine = await openEngine(["postgres", "migrations", "queue redis"]);
      if (options.cleanupInvalid && !(await cleanUpFirst(engine, domain, options))) return;
      const accepted = await engine.enqueue("archive", { domain, ...payloadOf(options) });
      const summary = (result: ArchiveResult) => archiveSummary(result, accepted.id);
      await tellEnd(engine, accepted, { title: `archive ${domain}`, wait: options.wait, json: options.json ?? false }, summary);
    });
}

async function cleanUpFirst(engine: Engine, domain: string, { dryRun, batchSize, asOf, json = false }: ArchiveOptions): Promise<boolean> {
  const accepted = await engine.enqueue("cleanup", { domain, dryRun, batchSize, asOf });
  return tellEnd<CleanupResult>(engine, accepted, { title: `cleanup ${domain}`, wait: true, json }, (result) => cleanupSummary(result, accepted.id));
}

const payloadOf = ({ dryRun, policies, archiveOlderThan, deleteOlderThan, batchSize, asOf }: ArchiveOptions) => ({
  ...{ dryRun, policies, batchSize, asOf },
  archiveOlderThanDays: archiveOlderThan,
  deleteOlderThanDays: deleteOlderThan,
});

function archiveSummary({ policies, batches, ms }: ArchiveResult, jobId: string): string {
  const isDry = Object.values(policies).some(({ toArchive }) => toArchive !== undefined);
  const counts = ({ matched, archived, purged, toArchive, toPurge }: PolicyResult) =>
    isDry ? [matched, toArchive, toPurge] : [matched, archived, purged];
  const titles = isDry ? ["policy", "matched", "to archive", "to delete"] : ["policy", "matched", "archived", "deleted"];
  const table = columns(
    titles,
    Object.entries(policies).map(([policy, result]) => [policy, ...counts(result)]),
  );
  const waiting = Object.entries(policies).flatMap(([policy, { waitsFor }]) => (waitsFor ? [`${policy} deletes more after ${waitsFor}`] : []));
  const archived = Object.values(policies).some((policy) => policy.archived > 0);
  const end = `${batches} batches in ${(ms / 1_000).toFixed(2)} s${archived ? `; to put archived rows back: caretaker restore ${jobId}` : ""}`;
  return [table, ...waiting, end].join("\n");
}
