import { once } from "node:events";
import { createServer } from "node:net";
import { freePort, runToEnd, startRedis, temporaryFolder } from "@caretaker/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { app, type CommandLine, commandLine } from "./command-line.ts";

let cli: CommandLine;
beforeAll(async () => {
  cli = await commandLine();
});
afterAll(() => cli?.[Symbol.asyncDispose]());

test.each([
  ["no database there", { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x" }, "DATABASE_URL"],
  ["no Redis there", { REDIS_URL: "redis://127.0.0.1:1" }, "start it, or correct host and port in QUEUE_REDIS_URL"],
  ["no setting", { DATABASE_URL: "", REDIS_URL: "" }, "npm run stack starts a private one"],
  ["a setting that is no URL", { REDIS_URL: "localhost" }, "not a URL such as redis://127.0.0.1:6379"],
])("with %s a command fails and says what to do", async (_what, changed, advice) => {
  const failed = await cli.run(["warmup", "learning"], changed);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(advice);
  expect(failed.stderr).not.toContain("    at ");
});

const wrongPassword = (url: string) => Object.assign(new URL(url), { password: "wrong" }).href;

test("a wrong password is told apart from a server that is away", async () => {
  await using redis = await startRedis({ dir: `${temporaryFolder()}/redis`, password: "right" });
  const database = await cli.run(["migrate"], { DATABASE_URL: wrongPassword(cli.settings.DATABASE_URL ?? "") });
  expect(database).toMatchObject({ code: 1, stderr: expect.stringContaining("correct the user and password in DATABASE_URL") });
  for (const [program, name] of [
    ["cli", "doctor"],
    ["api", ""],
    ["worker", ""],
  ] as const) {
    const args = [app(program), ...(name ? [name] : [])];
    const ports = { API_PORT: String(await freePort()), WORKER_PORT: String(await freePort()) };
    const refused = await runToEnd(args, { ...cli.settings, ...ports, REDIS_URL: wrongPassword(redis.url) });
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain("correct the password in QUEUE_REDIS_URL");
  }
});

test("a port that is taken is named with the setting that chooses another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  for (const [program, setting] of [
    ["api", "API_PORT"],
    ["worker", "WORKER_PORT"],
  ] as const) {
    const failed = await runToEnd([app(program)], { ...cli.settings, [setting]: String(port) });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(`choose another one with ${setting}=`) });
  }
  other.close();
});
