import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { forgetServer, guardServer } from "./guard.ts";

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** What it prints when it takes connections. */
  ready: RegExp;
  stopSignal: NodeJS.Signals;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends a signal and, unless it is one that stops it for a while, resolves when the server is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A server ended before it was ready; `output` is what it printed. */
export class ServerFailed extends Error {
  readonly output: string;

  constructor(command: string, output: string) {
    super(`${command} did not start:\n${output}`);
    this.output = output;
  }
}

/** Starts a server in a session of its own (Ctrl-C is not for it) and resolves when it is ready. Throws `ServerFailed`. */
export async function startServer({ command, args, ready, stopSignal, ...options }: ServerCommand): Promise<ServerProcess> {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  await untilReady(child, command, ready);
  const pid = child.pid as number;
  guardServer(pid, stopSignal);
  for (const stream of [child.stdout, child.stderr]) {
    stream.resume();
    (stream as unknown as { unref(): void }).unref();
  }
  child.unref();
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    if (signal === "SIGSTOP" || signal === "SIGCONT") return;
    child.ref();
    await exited;
    forgetServer(pid);
  };
  return { pid, kill, [Symbol.asyncDispose]: () => kill(stopSignal) };
}

function untilReady(child: ChildProcess, command: string, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk;
      if (ready.test(output)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => reject(new ServerFailed(command, error.message)));
    child.once("exit", () => reject(new ServerFailed(command, output)));
  });
}
