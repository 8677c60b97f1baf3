import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const watchdog = fileURLToPath(new URL("./watchdog.js", import.meta.url));
let process_: ChildProcess | undefined;

/** Has a server stopped with `signal` when this process is gone, even by `kill -9`. */
export const guardServer = (pid: number, signal: NodeJS.Signals): void => tell({ do: "watch", pid, signal });

/** Takes a server that has been stopped off the list. */
export const forgetServer = (pid: number): void => tell({ do: "forget", pid });

/** Has a throwaway folder removed when this process is gone. */
export const guardFolder = (dir: string): void => tell({ do: "remove", dir });

/** The watchdog learns that this process is gone when the pipe between them closes. */
function tell(order: object): void {
  process_ ??= startWatchdog();
  process_.stdin?.write(`${JSON.stringify(order)}\n`);
}

function startWatchdog(): ChildProcess {
  const child = spawn(process.execPath, [watchdog], { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" });
  child.unref();
  if (child.stdin && "unref" in child.stdin) (child.stdin as { unref(): void }).unref();
  return child;
}
