import { spawn } from "node:child_process";
import { once } from "node:events";
import { childEnv } from "./env.ts";
import { forgetServer, guardServer } from "./guard.ts";

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Its exit code, or null after a signal, when it is gone. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs one of our programs with the Node that runs this one, in a session of its own: Ctrl-C is not for it, and it is
 * stopped when this process is gone. What it prints goes to `output`, by default to this process's stderr.
 */
export function startChild(args: readonly string[], settings: Readonly<Record<string, string>>, output: "inherit" | "ignore" = "inherit"): Child {
  const stream = output === "inherit" ? 2 : "ignore";
  const child = spawn(process.execPath, [...args], { detached: true, env: childEnv(settings), stdio: ["ignore", stream, stream] });
  const pid = child.pid as number;
  guardServer(pid, "SIGTERM");
  const exited = once(child, "exit").then(([code]) => {
    forgetServer(pid);
    return code as number | null;
  });
  return {
    pid,
    exited,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Runs one of our programs to its end and resolves to what it printed on stdout. Throws if it fails. */
export async function runChild(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [...args], { env: childEnv(settings), stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${output}`);
  return output;
}
