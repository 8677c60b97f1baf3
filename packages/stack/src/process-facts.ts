import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

export interface ProcessFacts {
  readonly command: string;
  readonly cwd: string;
  readonly parent: number;
}

/** What a running process is; undefined when there is none of that id. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    return process.platform === "linux" ? fromProc(pid) : fromTools(pid);
  } catch {
    return undefined;
  }
}

function fromProc(pid: number): ProcessFacts {
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { command: readFileSync(`/proc/${pid}/cmdline`, "utf8"), cwd: readlinkSync(`/proc/${pid}/cwd`), parent: Number(parent) };
}

function fromTools(pid: number): ProcessFacts {
  const ask = (command: string, ...args: string[]) => execFileSync(command, [...args, "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  const cwd = /^n(.*)$/m.exec(ask("lsof", "-a", "-d", "cwd", "-Fn"))?.[1] ?? "";
  return { command: ask("ps", "-o", "command="), cwd, parent: Number(ask("ps", "-o", "ppid=")) };
}
