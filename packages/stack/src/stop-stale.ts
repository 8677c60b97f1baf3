import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { processFacts } from "./process-facts.ts";

export interface StaleServer {
  dir: string;
  /** Where the server writes its process id, in `dir`. */
  pidFile: string;
  /** What its command line says. */
  program: RegExp;
  stopSignal: NodeJS.Signals;
}

/** The process that started the server of a data folder is still there. */
class FolderInUse extends Error {
  constructor(dir: string, owner: number) {
    super(`${dir} is in use by process ${owner}: stop that one, or set DATABASE_URL and REDIS_URL to use its servers`);
  }
}

const ownerFile = "caretaker-owner";
const graceMs = 10_000;

/** Stops the server that an earlier start left running on a data folder. Throws if that start still lives. */
export async function stopStale({ dir, pidFile, program, stopSignal }: StaleServer): Promise<void> {
  const pid = readId(join(dir, pidFile));
  const server = pid && serverOf(pid, dir, program);
  if (!server) return;
  if (server.parent === readId(join(dir, ownerFile))) throw new FolderInUse(dir, server.parent);
  send(pid, stopSignal);
  send(pid, "SIGCONT");
  for (const deadline = Date.now() + graceMs; serverOf(pid, dir, program); await pause(20)) {
    if (Date.now() > deadline) send(pid, "SIGKILL");
  }
}

/** Notes that this process has started the server of a data folder. */
export const signFolder = (dir: string): void => writeFileSync(join(dir, ownerFile), String(process.pid));

/** What started it may have a watchdog that stops it at the same time: it may be gone already. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}

function readId(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** A process id may have gone to another program since: the server is the one that runs in its data folder. */
function serverOf(pid: number, dir: string, program: RegExp) {
  const facts = processFacts(pid);
  return facts && program.test(facts.command) && facts.cwd === realpathSync(dir) ? facts : undefined;
}
