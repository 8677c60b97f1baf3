import { messagePriority } from "@caretaker/contracts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns, print } from "../print.ts";

interface PublishOptions {
  priority?: "normal" | "high" | "urgent";
  delay?: `${number}s`;
  key?: string;
  id?: string;
  json?: boolean;
}

/** `caretaker messages publish|subscriptions` */
export function addMessages(program: Command): void {
  const messages = program.command("messages").description("messages that are routed by topic");
  messages
    .command("publish")
    .description("hand a message to every subscription to its topic")
    .argument("<topic>", "such as user.email")
    .argument("<message>", "as JSON", readJson)
    .addOption(new Option("--priority <priority>", "how soon it is handled").choices(messagePriority.options))
    .option("--delay <duration>", "how long it waits before, such as 5m")
    .option("--key <key>", "messages of one key are handled in their order")
    .option("--id <id>", "published again under the same id, it reaches nobody twice")
    .option("--json", "print what became of it as JSON")
    .action(async (topic: string, message: unknown, { json, ...options }: PublishOptions) => {
      await using engine = await openEngine(["queue redis"]);
      const published = await engine.messages.publish({ topic, message, ...options });
      print(published, json ? { json } : {}, () =>
        [
          ...published.deliveries.map(({ subscription, job }) => `${subscription} gets it with job ${job}`),
          ...published.refused.map((subscription) => `${subscription} did not want it`),
          ...(published.unrouted ? ["no subscription to this topic wanted it"] : []),
        ].join("\n"),
      );
    });
  messages
    .command("subscriptions")
    .description("show who gets messages of which topics, with how many each took and refused")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      const list = await engine.messages.subscriptions();
      const rows = list.subscriptions.map(({ name, pattern, taken, refused, job }) => [name, pattern ?? "(the rest)", taken, refused, job]);
      print(list, options, () => `${columns(["subscription", "topics", "taken", "refused", "job"], rows)}\n${list.unrouted} wanted by nobody`);
    });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("not JSON");
  }
}
