import { missedPolicy, overlapPolicy, type ScheduleChange, type ScheduleWhen, scheduleWhen } from "@caretaker/contracts";
import { type Command, InvalidArgumentError, Option } from "commander";

export interface TimingOptions {
  every?: string;
  pattern?: string;
  tz?: string;
}

export interface RuleOptions extends TimingOptions {
  payload?: Record<string, unknown>;
  missed?: ScheduleChange["missed"];
  missedCap?: number;
  overlap?: ScheduleChange["overlap"];
}

/** Adds what a timing is written with. */
export const addTimingOptions = (command: Command): Command =>
  command
    .addOption(new Option("--every <duration>", "at the multiples of an interval, such as 5m").conflicts(["pattern", "tz"]))
    .option("--pattern <cron>", "by a cron pattern, such as '0 4 * * *'")
    .option("--tz <zone>", "whose clock the pattern is about, such as Europe/Berlin; UTC if left out");

/** Adds what else can be said of a schedule. */
export const addRuleOptions = (command: Command): Command =>
  addTimingOptions(command)
    .option("--payload <json>", "the job's payload, without its domain", readPayload)
    .addOption(new Option("--missed <policy>", "of slots that nobody was there for, which run").choices(missedPolicy.options))
    .option("--missed-cap <slots>", "with --missed all, how many at most: 1 to 1000", Number)
    .addOption(new Option("--overlap <policy>", "while the last run is under way").choices(overlapPolicy.options));

/** The timing that was written, if any. */
export function whenFrom({ every, pattern, tz }: TimingOptions): ScheduleWhen | undefined {
  if (every === undefined && pattern === undefined) {
    if (tz !== undefined) throw new InvalidArgumentError("--tz goes with --pattern");
    return undefined;
  }
  const parsed = scheduleWhen.safeParse(every === undefined ? { pattern, tz } : { every });
  if (!parsed.success) throw new InvalidArgumentError(`--every ${every}: write a duration such as 30s, 5m or 1h`);
  return parsed.data;
}

/** The rules that were written; what was not is left out. */
export function rulesFrom({ payload, missed, missedCap, overlap, ...timing }: RuleOptions): ScheduleChange {
  const when = whenFrom(timing);
  const rules = { when, payload, missed, missedCap, overlap };
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

function readPayload(text: string): Record<string, unknown> {
  try {
    const payload = JSON.parse(text);
    if (typeof payload === "object" && payload !== null && !Array.isArray(payload)) return payload;
  } catch {}
  throw new InvalidArgumentError('write a JSON object such as {"scope":"all"}');
}
