import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { childEnv } from "../src/env.ts";

const none = { DATABASE_URL: "", REDIS_URL: "", QUEUE_REDIS_URL: "" };

/** Runs a TypeScript file of this package as a process with no servers given to it but those of `settings`. */
export function startProgram(path: string, args: readonly string[] = [], settings: Readonly<Record<string, string>> = {}) {
  const program = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const child = spawn(process.execPath, [program, ...args], { env: childEnv({ ...none, ...settings }), stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    pid: child.pid as number,
    exited,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    nextLine: async () => (await lines.next()).value as string | undefined,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
