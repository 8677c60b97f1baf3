import type { WarmupResult } from "@caretaker/contracts";
import { type Command, Option } from "commander";
import { openEngine } from "../open-engine.ts";
import { table } from "../print.ts";
import { tellEnd } from "../tell-end.ts";
import { addWaitOption } from "../wait-option.ts";
import { wholeNumber } from "../whole-number.ts";

interface WarmupOptions {
  activeOnly?: boolean;
  daysActive?: number;
  all?: boolean;
  popular?: boolean;
  entries?: string[];
  force?: boolean;
  asOf?: string;
  chunkSize?: number;
  wait?: boolean;
  json?: boolean;
}

/** `caretaker warmup DOMAIN` */
export function addWarmup(program: Command): void {
  addWaitOption(program.command("warmup"))
    .description("warm a domain's cached values")
    .argument("<domain>", "such as learning")
    .addOption(new Option("--active-only", "who was active lately (the default)").conflicts(["all", "popular"]))
    .addOption(new Option("--days-active <days>", "how many days count as lately: 1 to 365").default(7).argParser(wholeNumber).conflicts("all"))
    .addOption(new Option("--all", "everybody").conflicts("popular"))
    .option("--popular", "what was asked for most and is about to expire")
    .option("--entries <names>", "only these entries, comma-separated", (text) => text.split(","))
    .option("--force", "drop what is cached first, instead of leaving fresh values alone")
    .option("--as-of <instant>", "the instant to take for now, such as 2026-03-29T12:00:00Z")
    .option("--chunk-size <targets>", "targets in a chunk job: 1 to 10000", wholeNumber)
    .option("--json", "print the result as JSON")
    .action(async (domain: string, options: WarmupOptions) => {
      await using engine = await openEngine(["postgres", "migrations", "queue redis"]);
      const accepted = await engine.enqueue("warmup", payloadOf(domain, options));
      await tellEnd(engine, accepted, { title: `warmup ${domain}`, wait: options.wait, json: options.json ?? false }, summary);
    });
}

const payloadOf = (domain: string, { all, popular, daysActive, entries, force, asOf, chunkSize }: WarmupOptions) => ({
  domain,
  scope: popular ? "popular" : all ? "all" : "active",
  ...(all || popular ? {} : { activeDays: daysActive }),
  ...(entries ? { entries } : {}),
  ...(force ? { force } : {}),
  ...(asOf ? { asOf } : {}),
  ...(chunkSize ? { chunkSize } : {}),
});

const summary = ({ failures, ms, ...counts }: WarmupResult) =>
  table([
    ...Object.entries(counts),
    ["time", `${(ms / 1_000).toFixed(2)} s`],
    ...failures.slice(0, 5).map(({ entry, params, error }) => ["failure", `${entry} ${JSON.stringify(params)}: ${error}`] as const),
  ]);
