import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { guardServer } from "./guard.ts";
import { stopChild, untilExit } from "./stop-child.ts";

export interface ServerCommand extends Pick<SpawnOptions, "cwd" | "uid" | "gid"> {
  command: string;
  args: readonly string[];
  /** What it prints when it takes connections. */
  ready: RegExp;
  stopSignal: NodeJS.Signals;
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

const graceMs = 30_000;

/** Starts a server in a session of its own (Ctrl-C is not for it) and resolves when it is ready. Throws `ServerFailed`. */
export async function startServer({ command, args, ready, stopSignal, ...options }: ServerCommand): Promise<ServerProcess> {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  guardServer(child, stopSignal);
  const exited = untilExit(child);
  await untilReady(child, command, ready);
  for (const stream of [child.stdout, child.stderr]) {
    stream.resume();
    (stream as unknown as { unref(): void }).unref();
  }
  child.unref();
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid as number,
    async kill(signal) {
      if (isGone()) return;
      if (signal === "SIGSTOP" || signal === "SIGCONT") child.kill(signal);
      else await stopChild(child, exited, signal, graceMs);
    },
    async [Symbol.asyncDispose]() {
      if (!isGone()) await stopChild(child, exited, stopSignal, graceMs);
    },
  };
}

function untilReady(child: ChildProcess, command: string, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk;
      if (ready.test(output)) settle(resolve);
    };
    const failed = () => settle(() => reject(new ServerFailed(command, output)));
    const settle = (act: () => void) => {
      for (const stream of [child.stdout, child.stderr]) stream?.off("data", read);
      act();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", read);
    child.once("error", (error) => {
      output += error.message;
      failed();
    });
    child.once("close", failed);
  });
}
