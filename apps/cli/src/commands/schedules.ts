import { queueName, type ScheduleView, type ScheduleWhen } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { type Command, InvalidArgumentError, Option } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns, print, table } from "../print.ts";
import { readInstant } from "../read-instant.ts";
import { addRuleOptions, addTimingOptions, type RuleOptions, rulesFrom, type TimingOptions, whenFrom } from "../schedule-options.ts";

interface Shown {
  json?: boolean;
}
type Schedules = Engine["schedules"];

/** `caretaker schedules …` */
export function addSchedules(program: Command): void {
  const schedules = program.command("schedules").description("jobs that are made again and again");
  const command = (name: string, description: string) =>
    schedules
      .command(name, { isDefault: name === "list" })
      .description(description)
      .option("--json", "print it as JSON");
  addReading(command);
  addChanging(command);
  addRunning(command);
}

type AddCommand = (name: string, description: string) => Command;

function addReading(command: AddCommand): void {
  command("list", "show all schedules").action((options: Shown) => withSchedules((schedules) => schedules.list(), options, listed));
  command("show", "show a schedule, and what an operator has changed of it")
    .argument("<id>", "such as learning.precompute-active")
    .action((id: string, options: Shown) => withSchedules((schedules) => schedules.get(id), options, shown));
  addTimingOptions(
    command("preview", "show the next ten fires, of a schedule or of a timing that is not saved").argument("[id]", "a schedule"),
  ).action((id: string | undefined, options: TimingOptions & Shown) => {
    const of = id ?? whenFrom(options);
    if (of === undefined) throw new InvalidArgumentError("name a schedule, or a timing with --every or --pattern");
    return withSchedules(
      (schedules) => schedules.preview(of),
      options,
      (fires) => fires.join("\n"),
    );
  });
  command("fires", "show what became of a schedule's slots, the latest first")
    .argument("<id>", "a schedule")
    .option("--before <instant>", "slots before it", readInstant)
    .option("--limit <slots>", "so many", Number, 50)
    .action((id: string, { before, limit, ...options }: { before?: string; limit: number } & Shown) =>
      withSchedules(
        (schedules) => schedules.fires(id, { limit, ...(before ? { before: new Date(before) } : {}) }),
        options,
        (fires) =>
          columns(
            ["scheduled for", "outcome", "ended", "job"],
            fires.map(({ scheduledFor, outcome, endedAt, jobId }) => [scheduledFor, outcome, endedAt ?? "", jobId ?? ""]),
          ),
      ),
    );
}

function addChanging(command: AddCommand): void {
  const change = (name: string, description: string, act: (schedules: Schedules, id: string) => Promise<ScheduleView>) =>
    command(name, description)
      .argument("<id>", "a schedule")
      .action((id: string, options: Shown) => withSchedules((schedules) => act(schedules, id), options, shown));
  change("pause", "expect no slots until it is resumed", (schedules, id) => schedules.pause(id));
  change("resume", "go on with the first slot after now", (schedules, id) => schedules.resume(id));
  change("reset", "take back all that was changed of a declared schedule", (schedules, id) => schedules.reset(id));
  addRuleOptions(command("set", "change a schedule; of a declared one, as an override that survives deploys").argument("<id>", "a schedule")).action(
    (id: string, options: RuleOptions & Shown) => {
      const rules = rulesFrom(options);
      if (Object.keys(rules).length === 0) throw new InvalidArgumentError("say what to change, such as --every 10m");
      return withSchedules((schedules) => schedules.change(id, rules), options, shown);
    },
  );
  addRuleOptions(command("create", "make a schedule").alias("add").argument("<id>", "<domain>.<name>"))
    .addOption(new Option("--queue <queue>", "the kind of job").choices(queueName.options).makeOptionMandatory())
    .action((id: string, { queue, ...options }: RuleOptions & { queue: ScheduleView["queue"] } & Shown) => {
      const when = whenFrom(options);
      if (!when) throw new InvalidArgumentError("say when, with --every or --pattern");
      return withSchedules((schedules) => schedules.create({ id, queue, ...rulesFrom(options), when }), options, shown);
    });
  command("remove", "remove a schedule that an operator made")
    .alias("rm")
    .argument("<id>", "a schedule")
    .action((id: string, options: Shown) =>
      withSchedules(
        async (schedules) => {
          await schedules.remove(id);
          return { id, removed: true };
        },
        options,
        () => `${id} is removed`,
      ),
    );
}

function addRunning(command: AddCommand): void {
  command("run", "put a schedule's job into its queue now")
    .argument("<id>", "a schedule")
    .action((id: string, options: Shown) =>
      withSchedules(
        (schedules) => schedules.runNow(id),
        options,
        (job) => `job ${job.id} ${job.deduplicated ? "already " : ""}waits in queue ${job.queue}`,
        true,
      ),
    );
  command("backfill", "have the slots of a time run that did not")
    .argument("<id>", "a schedule")
    .requiredOption("--from <instant>", "the first slot's, or before", readInstant)
    .requiredOption("--to <instant>", "after the last slot's", readInstant)
    .action((id: string, { from, to, ...options }: { from: string; to: string } & Shown) =>
      withSchedules(
        async (schedules) => ({ id, slots: await schedules.backfill(id, { from: new Date(from), to: new Date(to) }) }),
        options,
        ({ slots }) => `${slots} slot(s) will run`,
      ),
    );
}

async function withSchedules<T>(act: (schedules: Schedules) => Promise<T>, { json }: Shown, text: (result: T) => string, withQueues = false) {
  await using engine = await openEngine(["postgres", "migrations", ...(withQueues ? (["queue redis"] as const) : [])]);
  const result = await act(engine.schedules);
  print(result, json ? { json } : {}, () => text(result));
}

const timing = (when: ScheduleWhen) => ("every" in when ? `every ${when.every}` : `${when.pattern} (${when.tz})`);
const changes = ({ override, paused, declared }: ScheduleView) =>
  [...(paused ? ["paused"] : []), ...(declared ? Object.keys(override).map((field) => `${field} overridden`) : [])].join(", ");

const listed = (all: ScheduleView[]) =>
  columns(
    ["id", "when", "next", "queue", ""],
    all.map((schedule) => [schedule.id, timing(schedule.when), schedule.nextAt ?? "", schedule.queue, changes(schedule)]),
  );

const shown = (schedule: ScheduleView) =>
  table([
    ["id", schedule.id],
    ["when", timing(schedule.when)],
    ["next", schedule.nextAt ?? "paused"],
    ["queue", schedule.queue],
    ["payload", JSON.stringify(schedule.payload)],
    ["missed", schedule.missed === "all" ? `all, at most ${schedule.missedCap}` : schedule.missed],
    ["overlap", schedule.overlap],
    ["made by", schedule.declared ? "declared in code" : "an operator"],
    ["overridden", schedule.declared ? JSON.stringify(schedule.override) : "-"],
  ]);
