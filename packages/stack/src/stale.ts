import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const pidFiles = ["postmaster.pid", "server.pid"];

/** Stops the server that an earlier start left running on a data folder, if its command line says that it is that server. */
export async function stopStale(dir: string, command: RegExp): Promise<void> {
  for (const file of pidFiles) {
    const pid = readPid(join(dir, file));
    if (!pid || !isServerOf(pid, dir, command)) continue;
    process.kill(pid, "SIGINT");
    while (isServerOf(pid, dir, command)) await pause(20);
  }
}

function readPid(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isServerOf(pid: number, dir: string, command: RegExp): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return command.test(line) && line.includes(dir);
  } catch {
    return false;
  }
}
