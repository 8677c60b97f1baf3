import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const watchdog = fileURLToPath(new URL("./watchdog.js", import.meta.url));
let process_: ChildProcess | undefined;

/** Has a server stopped with `signal` when this process is gone, even by `kill -9`; until then for as long as it runs. */
export const guardServer = (child: ChildProcess, signal: NodeJS.Signals): void => guard(child, { kind: "server", signal });

/** The same for a program that uses the servers: it is stopped before them. */
export const guardProgram = (child: ChildProcess): void => guard(child, { kind: "program", signal: "SIGTERM" });

/** Has a throwaway folder removed when this process is gone. */
export const guardFolder = (dir: string): void => tell({ do: "remove", dir });

function guard(child: ChildProcess, how: { kind: "server" | "program"; signal: NodeJS.Signals }): void {
  const { pid } = child;
  if (!pid) return;
  tell({ do: "watch", pid, ...how });
  child.once("exit", () => tell({ do: "forget", pid }));
}

/** The watchdog learns that this process is gone when the pipe between them closes. */
function tell(order: object): void {
  process_ ??= startWatchdog();
  process_.stdin?.write(`${JSON.stringify(order)}\n`);
}

function startWatchdog(): ChildProcess {
  const child = spawn(process.execPath, [watchdog], { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" });
  child.unref();
  child.stdin.on("error", () => {});
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
