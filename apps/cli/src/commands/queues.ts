import { type QueueName, type QueueView, queueName } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import type { Command } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns, print } from "../print.ts";
import { queueArgument } from "../queue-argument.ts";

/** `caretaker queues list|pause|resume` */
export function addQueues(program: Command): void {
  const queues = program.command("queues").description("how the queues stand");
  queues
    .command("list", { isDefault: true })
    .description("show each queue: its jobs by state, how long the oldest has waited, its workers")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      const all = await Promise.all(queueName.options.map((queue) => engine.readQueue(queue)));
      print({ queues: all }, options, () => columns(["queue", ...states, "oldest", "workers", ""], all.map(row)));
    });
  addSwitch(queues, "pause", "have workers take no more jobs of a queue; those that run go on", (engine, queue) => engine.pauseQueue(queue));
  addSwitch(queues, "resume", "have workers take jobs of a queue again", (engine, queue) => engine.resumeQueue(queue));
}

const states = ["waiting", "prioritized", "active", "delayed", "failed"];

const row = ({ name, counts, oldestWaitingSeconds, workers, paused }: QueueView) => [
  name,
  ...states.map((state) => counts[state] ?? 0),
  oldestWaitingSeconds === null ? "-" : `${Math.round(oldestWaitingSeconds)} s`,
  workers,
  paused ? "paused" : "",
];

function addSwitch(queues: Command, verb: string, description: string, act: (engine: Engine, queue: QueueName) => Promise<unknown>): void {
  queues
    .command(verb)
    .description(description)
    .addArgument(queueArgument())
    .option("--json", "print the queue as JSON")
    .action(async (queue: QueueName, options: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      await act(engine, queue);
      const now = await engine.readQueue(queue);
      print(now, options, () => `queue ${queue} ${now.paused ? "is paused" : "goes on"}`);
    });
}
