import { startStack } from "@caretaker/stack";
import type { Fault, Round, Servers } from "./fault.ts";
import { outboxFaults } from "./outbox-faults.ts";
import { postgresFaults } from "./postgres-faults.ts";
import { redisFaults } from "./redis-faults.ts";
import { scheduleFaults } from "./schedule-faults.ts";
import { workerFaults } from "./worker-faults.ts";

const all: readonly Fault[] = [...workerFaults, ...redisFaults, ...postgresFaults, ...outboxFaults, ...scheduleFaults];
const usual = { full: 20, short: 1 };

const args = process.argv.slice(2);
const short = args.includes("--short");
const wanted = args.filter((arg) => !arg.startsWith("--"));
const given = args.find((arg) => /^--rounds=\d+$/.test(arg))?.slice("--rounds=".length);
const roundsOf = ({ rounds = usual }: Fault) => Number(given ?? rounds[short ? "short" : "full"]);
const chosen = all.filter((fault) => roundsOf(fault) > 0 && (wanted.length === 0 || wanted.some((text) => fault.name.includes(text))));

await using servers = await startStack();
let broken = 0;
process.stdout.write("| fault | injected | rounds | measured | median | worst | limit | lost | twice |\n|---|---|---|---|---|---|---|---|---|\n");
if (short) await Promise.all(chosen.map((fault) => report(fault)));
else for (const fault of chosen) await report(fault);
process.exitCode = broken > 0 ? 1 : 0;

async function report(fault: Fault): Promise<void> {
  const { done, errors } = await repeat(fault, servers);
  const times = done.map(({ recoveryMs }) => recoveryMs).toSorted((a, b) => a - b);
  const [median, worst] = [times[Math.floor(times.length / 2)] ?? Number.NaN, times.at(-1) ?? Number.NaN];
  const sum = (field: "lost" | "twice") => done.reduce((total, round) => total + round[field], 0);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const { name, inject, measured, limitMs } = fault;
  process.stdout.write(
    `| ${name} | ${inject} | ${done.length} | ${measured} | ${seconds(median)} | ${seconds(worst)} | ${seconds(limitMs)} | ${sum("lost")} | ${sum("twice")} |\n`,
  );
  for (const error of errors) process.stderr.write(`${name}: ${error.stack}\n`);
  const late = !short && worst > limitMs; // in the short form all faults share the machine: its times are told, not judged
  if (errors.length > 0 || late || sum("lost") + sum("twice") > 0) broken += 1;
}

async function repeat(fault: Fault, at: Servers): Promise<{ done: Round[]; errors: Error[] }> {
  const [done, errors]: [Round[], Error[]] = [[], []];
  let left = roundsOf(fault);
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await fault.run(at).then(
        (round) => done.push(round),
        (error) => errors.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: fault.sideBySide }, lane));
  return { done, errors };
}
