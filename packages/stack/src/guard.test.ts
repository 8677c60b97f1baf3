import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startProgram } from "../test/start-program.ts";
import { untilGone } from "../test/until-gone.ts";
import { processFacts } from "./process-facts.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a process killed with kill -9 leaves no server, no program and no temporary folder behind", async () => {
  await using owner = startProgram("test/owner.ts", [temporaryFolder()]);
  const pids: number[] = JSON.parse((await owner.nextLine()) ?? "");
  const redisFolder = processFacts(pids[1] as number)?.cwd as string;
  expect(pids.every((pid) => processFacts(pid))).toBe(true);
  owner.kill("SIGKILL");
  await untilGone(pids);
  await vi.waitUntil(() => !existsSync(join(redisFolder, "..")), { timeout: 5_000 });
});

test("what is paused when its owner is killed is stopped as well", async () => {
  await using owner = startProgram("test/owner.ts", [temporaryFolder()]);
  const pids: number[] = JSON.parse((await owner.nextLine()) ?? "");
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  owner.kill("SIGKILL");
  await untilGone(pids);
});

test("a server that is not ready yet when its owner is killed is stopped", async () => {
  const mark = join(temporaryFolder(), "pid");
  await using owner = startProgram("test/unready-owner.ts", [mark]);
  const pid = await vi.waitUntil(() => existsSync(mark) && Number(readFileSync(mark, "utf8")), { timeout: 10_000 });
  owner.kill("SIGKILL");
  await untilGone([pid]);
});
