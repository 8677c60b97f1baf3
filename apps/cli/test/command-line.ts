import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createDb, type Db, migrate } from "@caretaker/engine";
import { type Child, freePort, type RunResult, runToEnd, startChild } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";

export const app = (name: string): string => fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url));

export interface CommandLine extends AsyncDisposable {
  readonly settings: Readonly<Record<string, string>>;
  readonly db: Db;
  /** Runs a command to its end, with some settings changed. */
  run(args: readonly string[], changed?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** The same with `--json`, for one that succeeds; resolves to what it says. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own
  json(...args: string[]): Promise<any>;
  startWorker(): Promise<Child>;
}

/** The command line over a database of its own, which is migrated unless said otherwise, and prefixes of its own. */
export async function commandLine({ migrated = true } = {}): Promise<CommandLine> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await testDatabase());
  const db = opened.use(createDb({ url: database.url, poolSize: 2 }));
  if (migrated) await migrate(db);
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: `{${randomUUID()}}`,
    CACHE_PREFIX: randomUUID(),
    LOG_LEVEL: "error",
  };
  const run: CommandLine["run"] = (args, changed) => runToEnd([app("cli"), ...args], { ...settings, ...changed });
  const closing = opened.move();
  return {
    ...{ settings, db, run },
    async json(...args) {
      const { code, stdout, stderr } = await run([...args, "--json"]);
      if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr || stdout}`);
      return JSON.parse(stdout);
    },
    startWorker: async () => startChild([app("worker")], { ...settings, WORKER_PORT: String(await freePort()) }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
