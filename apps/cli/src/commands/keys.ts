import { type Duration, duration, scope, toMs } from "@caretaker/contracts";
import { createApiKey } from "@caretaker/engine";
import { type Command, InvalidArgumentError } from "commander";
import { openEngine } from "../open-engine.ts";
import { print } from "../print.ts";

interface CreateOptions {
  name: string;
  scopes: string[];
  expires?: Duration;
  json?: boolean;
}

/** `caretaker keys create` */
export function addKeys(program: Command): void {
  const keys = program.command("keys").description("keys of the HTTP API");
  keys
    .command("create")
    .description("make a key; it is shown once, only its hash is stored")
    .requiredOption("--name <name>", "who will use it")
    .requiredOption("--scopes <scopes>", "such as jobs:write,jobs:read,entries:read, or * for all", scopeList)
    .option("--expires <duration>", "how long it works, such as 90d; for good if left out", readDuration)
    .option("--json", "print the key as JSON")
    .action(async ({ name, scopes, expires, json }: CreateOptions) => {
      await using engine = await openEngine(["postgres", "migrations"]);
      const created = await createApiKey(engine.db, { name, scopes, ...(expires ? { expiresAt: new Date(Date.now() + toMs(expires)) } : {}) });
      const { id, key, expiresAt } = created;
      print(
        { id, key, name, scopes, expiresAt },
        json ? { json } : {},
        () => `${key}\n\nThis is the only time it is shown. Send it as: Authorization: Bearer ${key}`,
      );
    });
}

function scopeList(text: string): string[] {
  const scopes = text.split(",").map((given) => given.trim());
  const known = ["*", ...scope.options];
  const wrong = scopes.find((given) => !(known as string[]).includes(given));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no scope; known: ${known.join(", ")}`);
  return scopes;
}

function readDuration(text: string): Duration {
  const parsed = duration.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("write 30s, 12h or 90d");
  return parsed.data;
}
