import { CaretakerError, type Duration, duration, scope, toMs } from "@caretaker/contracts";
import { createApiKey, listApiKeys, revokeApiKey } from "@caretaker/engine";
import { type Command, InvalidArgumentError } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns, print } from "../print.ts";

interface CreateOptions {
  name: string;
  scopes: string[];
  expires?: Duration;
  json?: boolean;
}

class NoSuchKey extends CaretakerError {
  override readonly code = "NO_SUCH_KEY";

  constructor(id: string) {
    super(`there is no key with the id ${id}, or it has been revoked: keys list shows those there are`);
  }
}

/** `caretaker keys create|list|revoke` */
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
  keys
    .command("list")
    .description("list the keys that have not been revoked, the newest first")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }) => {
      await using engine = await openEngine(["postgres", "migrations"]);
      const known = await listApiKeys(engine.db);
      const row = ({ id, name, scopes, expiresAt, createdAt }: (typeof known)[number]) => [
        id,
        name,
        scopes.join(","),
        createdAt.toISOString(),
        expiresAt?.toISOString() ?? "never",
      ];
      print({ keys: known }, options, () => columns(["id", "name", "scopes", "made", "expires"], known.map(row)));
    });
  keys
    .command("revoke")
    .description("end a key for good; it is refused everywhere within 5 s")
    .argument("<id>", "its id")
    .option("--json", "print it as JSON")
    .action(async (id: string, options: { json?: boolean }) => {
      await using engine = await openEngine(["postgres", "migrations"]);
      const revoked = await revokeApiKey(engine.db, id);
      if (!revoked) throw new NoSuchKey(id);
      print(revoked, options, () => `revoked ${revoked.name}`);
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
