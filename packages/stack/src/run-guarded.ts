import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { guardServer } from "./guard.ts";

/** Runs a program to its end, which comes early when this process is gone. Throws with its stderr if it fails. */
export async function runGuarded(command: string, args: readonly string[], options: Pick<SpawnOptions, "cwd" | "uid" | "gid">): Promise<void> {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  guardServer(child, "SIGTERM");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${complaint}`);
}
