import type { ChildProcess } from "node:child_process";

/** Resolves to the exit code of a child, or null after a signal, when it is gone or could not be started. */
export const untilExit = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => child.pid ?? resolve(null));
  });

/** Stops a child with `signal`, also if it is paused, and after `graceMs` with SIGKILL. */
export async function stopChild(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  child.ref();
  child.kill(signal);
  child.kill("SIGCONT");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}
