import { type AnalyticsResult, calendarDate } from "@caretaker/contracts";
import { type Command, InvalidArgumentError } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns } from "../print.ts";
import { readInstant } from "../read-instant.ts";
import { tellEnd } from "../tell-end.ts";
import { addWaitOption } from "../wait-option.ts";

interface AnalyticsOptions {
  rollups?: string[];
  from?: string;
  to?: string;
  rebuild?: boolean;
  asOf?: string;
  wait?: boolean;
  json?: boolean;
}

/** `caretaker analytics DOMAIN` */
export function addAnalytics(program: Command): void {
  addWaitOption(program.command("analytics"))
    .description("bring a domain's rollups up to date with what has changed")
    .argument("<domain>", "such as learning")
    .option("--rollups <names>", "only these rollups, comma-separated", (text) => text.split(","))
    .option("--from <date>", "all days from this one on, changed or not", readDate)
    .option("--to <date>", "all days until this one, changed or not", readDate)
    .option("--rebuild", "all days there are, changed or not")
    .option("--as-of <instant>", "the instant to take for now, such as 2026-03-29T12:00:00Z", readInstant)
    .option("--json", "print the result as JSON")
    .action(async (domain: string, { wait, json = false, ...payload }: AnalyticsOptions) => {
      await using engine = await openEngine(["postgres", "migrations", "queue redis"]);
      const accepted = await engine.enqueue("analytics", { domain, ...payload });
      await tellEnd<AnalyticsResult>(engine, accepted, { title: `analytics ${domain}`, wait, json }, analyticsSummary);
    });
}

function readDate(text: string): string {
  if (!calendarDate.safeParse(text).success) throw new InvalidArgumentError("write a date such as 2026-03-29");
  return text;
}

/** What a run did, rollup by rollup. */
function analyticsSummary({ rollups, ms }: AnalyticsResult): string {
  const rows = Object.entries(rollups).map(([rollup, { windows, rows: changed }]) => [rollup, windows, changed]);
  return `${columns(["rollup", "days computed", "rows changed"], rows)}\nin ${(ms / 1_000).toFixed(2)} s`;
}
