import { spawn, spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { childEnv } from "@caretaker/stack";
import { expect, test } from "vitest";
import { app, commandLine } from "./command-line.ts";

test("a job that waits is cancelled, and put back", async () => {
  await using cli = await commandLine();
  const { id } = await cli.json("warmup", "learning", "--no-wait");
  const cancelled = await cli.json("jobs", "cancel", "warmup", id, "--by", "anna", "--reason", "a mistake");
  expect(cancelled).toMatchObject({ state: "cancelled", cancelled: { by: "anna", reason: "a mistake" } });
  expect(await cli.json("jobs", "failed", "warmup")).toEqual({ failed: [] });
  expect(await cli.json("jobs", "retry", "warmup", id)).toEqual({ retried: 1 });
  expect(await cli.run(["jobs", "redrive", "warmup", id])).toMatchObject({ code: 1, stderr: expect.stringContaining("JOB_NOT_FAILED") });
  expect(await cli.json("jobs", "redrive", "warmup", "--all")).toEqual({ retried: 0 });
  expect(await cli.run(["jobs", "cancel", "warmup", "nobody"])).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_SUCH_JOB") });
});

test("a job is watched until its end, and changes are written down with who made them", async () => {
  await using cli = await commandLine();
  const { id } = await cli.json("warmup", "learning", "--entries", "global-stats");
  const watched = cli.run(["jobs", "watch", "warmup", id, "--json"]);
  await cli.run(["jobs", "cancel", "warmup", id, "--reason", "a test"]);
  const { code, stdout } = await watched;
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect([code, told.at(-1)]).toEqual([1, { event: "end", data: expect.objectContaining({ id, state: "cancelled" }) }]);
  expect(await cli.run(["jobs", "watch", "warmup", "nobody"])).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_SUCH_JOB") });

  const { rows } = await cli.db.pool.query("select who, role, method, route, params, status from audit_log order by at");
  const change = { who: userInfo().username, role: "cli", method: "RUN", status: 0 };
  expect(rows).toEqual([
    { ...change, route: "warmup", params: { domain: "learning", daysActive: 7, entries: ["global-stats"] } },
    { ...change, route: "jobs cancel", params: { id, queue: "warmup", by: userInfo().username, reason: "a test" } },
  ]);
});

/** util-linux' `script` gives a program a terminal of its own. */
const hasTerminals = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");

/** Runs a command on a terminal; each time it says one of these texts, what stands beside it is typed. Resolves to all it said. */
async function onTerminal(settings: Readonly<Record<string, string>>, args: readonly string[], typed: readonly (readonly [string, string])[]) {
  const command = ["exec", process.execPath, app("cli"), ...args].join(" ");
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  const child = spawn("script", ["-qefc", command, "/dev/null"], { env: childEnv({ ...settings, TERM: "xterm" }) }).on("exit", resolve);
  const steps = [...typed];
  let said = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [words, keys] = steps[0] ?? [];
    const found = words === undefined ? -1 : said.indexOf(words, seen);
    if (found < 0) return;
    seen = found + 1;
    steps.shift();
    child.stdin.write(keys);
  });
  return { code: await ended, said };
}

test.runIf(hasTerminals)("Ctrl-C asks whether to cancel the job: yes cancels it, no and another Ctrl-C let it go on", async () => {
  await using cli = await commandLine();
  const ctrlC = ["waiting for a worker", "\x03"] as const;
  const answers = [
    ["y\r", "cancelled by"],
    ["n\r", "goes on without you"],
    ["\x03", "goes on without you"],
  ] as const;
  for (const [chunkSize, [answer, outcome]] of answers.entries()) {
    const args = ["warmup", "learning", "--chunk-size", String(chunkSize + 1)];
    const { code, said } = await onTerminal(cli.settings, args, [ctrlC, ["[y/N]", answer]]);
    expect([code, said]).toEqual([1, expect.stringContaining(outcome)]);
  }
  const { queues } = await cli.json("queues", "list");
  expect(queues.find(({ name }: { name: string }) => name === "warmup").counts).toMatchObject({ waiting: 2, failed: 1 });
});
