import { spawn } from "node:child_process";
import { once } from "node:events";
import { childEnv } from "./env.ts";
import { guardProgram } from "./guard.ts";
import { stopChild, untilExit } from "./stop-child.ts";

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Its exit code, or null after a signal, when it is gone. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Longer than the default of `SHUTDOWN_TIMEOUT`. */
const graceMs = 30_000;

/**
 * Runs one of our programs with the Node that runs this one, in a session of its own: Ctrl-C is not for it, and it is
 * stopped when this process is gone. What it prints goes to `output`, by default to this process's stderr.
 */
export function startChild(args: readonly string[], settings: Readonly<Record<string, string>>, output: "inherit" | "ignore" = "inherit"): Child {
  const stream = output === "inherit" ? 2 : "ignore";
  const child = spawn(process.execPath, [...args], { detached: true, env: childEnv(settings), stdio: ["ignore", stream, stream] });
  guardProgram(child);
  const exited = untilExit(child);
  return {
    pid: child.pid as number,
    exited,
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: () => stopChild(child, exited, "SIGTERM", graceMs),
  };
}

export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of our programs to its end and resolves to how it ended and what it printed. */
export async function runToEnd(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<RunResult> {
  const child = spawn(process.execPath, [...args], { env: childEnv(settings), stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      printed[stream] += text;
    });
  }
  const [code] = await once(child, "close");
  return { code, ...printed };
}

/** Runs one of our programs to its end and resolves to what it printed on stdout. Throws if it fails. */
export async function runChild(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [...args], { env: childEnv(settings), stdio: ["ignore", "pipe", "inherit"] });
  guardProgram(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${output}`);
  return output;
}
