import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import { createDb, createEngine } from "@caretaker/engine";
import { freePort, type RunResult, runToEnd, startChild, startRedis, temporaryFolder } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const app = (name: string) => fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url));

/** The command line over an empty database and prefixes of its own. */
async function commandLine() {
  const database = await testDatabase();
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: `{${randomUUID()}}`,
    CACHE_PREFIX: randomUUID(),
    LOG_LEVEL: "error",
  };
  return {
    settings,
    run: (args: string[], changed: Record<string, string> = {}): Promise<RunResult> => runToEnd([app("cli"), ...args], { ...settings, ...changed }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** One that is migrated, for commands that change nothing. */
let shared: Awaited<ReturnType<typeof commandLine>>;
beforeAll(async () => {
  shared = await commandLine();
  await shared.run(["migrate"]);
});
afterAll(() => shared?.[Symbol.asyncDispose]());

const wrongPassword = (url: string) => Object.assign(new URL(url), { password: "wrong" }).href;

test("a database is migrated, a key made, a warm-up run and looked at", async () => {
  await using cli = await commandLine();
  expect(await cli.run(["migrate", "--json"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{"applied":[1-9]\d*\}\n$/) });
  expect(await cli.run(["migrate"])).toMatchObject({ code: 0, stdout: "the database is up to date\n" });

  const made = await cli.run(["keys", "create", "--name", "shop", "--scopes", "jobs:write,entries:read", "--expires", "90d", "--json"]);
  expect(JSON.parse(made.stdout)).toEqual({
    id: expect.any(String),
    key: expect.stringMatching(/^ck_[\w-]{43}$/),
    name: "shop",
    scopes: ["jobs:write", "entries:read"],
    expiresAt: expect.any(String),
  });

  const queued = await cli.run(["warmup", "learning", "--all", "--no-wait", "--json"]);
  expect(JSON.parse(queued.stdout)).toMatchObject({ queue: "warmup", name: "learning.warmup", state: "waiting" });
  await using _worker = startChild([app("worker")], { ...cli.settings, WORKER_PORT: String(await freePort()) });
  const waited = await cli.run(["warmup", "learning", "--entries", "global-stats", "--force", "--wait", "--json"]);
  expect(JSON.parse(waited.stdout)).toMatchObject({ state: "completed", result: { targets: 1, written: 1, failed: 0 } });
  const added = await cli.run(["analytics", "learning", "--wait", "--json"]);
  expect(JSON.parse(added.stdout)).toMatchObject({ state: "completed", result: { rollups: { daily: { windows: 0, rows: 0 } } } });
  expect(await cli.run(["analytics", "learning", "--from", "2026-02-30"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("such as 2026-03-29"),
  });
  const got = await cli.run(["jobs", "get", "warmup", JSON.parse(queued.stdout).id, "--json"]);
  expect(JSON.parse(got.stdout)).toMatchObject({ state: "completed", result: { targets: 1 } });
});

test("rows are cleaned up, archived and put back, with a dry run before", async () => {
  await using cli = await commandLine();
  await cli.run(["migrate"]);
  await query(cli.settings.DATABASE_URL, sessionsOf2024);
  await using _worker = startChild([app("worker")], { ...cli.settings, WORKER_PORT: String(await freePort()) });
  const json = async (...args: string[]) => JSON.parse((await cli.run([...args, "--wait", "--json"])).stdout);
  const dry = await json("cleanup", "learning", "--dry-run", "--rules", "negative-duration,invalid-rating");
  expect(dry.result.rules).toEqual({ "negative-duration": { matched: 3, removed: 0 }, "invalid-rating": { matched: 0, removed: 0 } });
  const at = ["--as-of", "2026-03-01T00:00:00Z"];
  const both = await cli.run([
    "archive",
    "learning",
    "--cleanup-invalid",
    "--archive-older-than",
    "400",
    "--delete-older-than",
    "4000",
    "--wait",
    ...at,
  ]);
  expect(both.stdout).toMatch(/negative-duration +3 +3\n/);
  expect(both.stdout).toMatch(/study-sessions +7 +7 +0\n/);
  const restored = await cli.run(["restore", both.stdout.match(/restore (\S+)/)?.[1] ?? "", "--wait"]);
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringMatching(/study_sessions +3 +0\n/) });
  expect(await cli.run(["restore", "nothing"])).toMatchObject({ code: 1, stderr: expect.stringContaining("UNKNOWN_RUN") });
});

/** Ten ended sessions of somebody, three of them of a negative length. */
const sessionsOf2024 = `
  insert into users (id, email, username) values (1, 'a@example.org', 'a');
  insert into study_sessions (user_id, start_time, duration_minutes) select 1, timestamptz '2024-06-01Z' + g * interval '1 day', case when g < 3 then -5 else 5 end
    from generate_series(0, 9) g`;

async function query(url: string, text: string): Promise<void> {
  const connections = {
    database: { url },
    queueRedisUrl: testRedisUrl(),
    cacheRedisUrl: testRedisUrl(),
    queuePrefix: "{unused}",
    cachePrefix: "unused",
  };
  await using engine = createEngine({ ...connections, domains: [], role: "producer" });
  await engine.db.pool.query(text);
}

test("a schedule is made, looked at, changed, paused, run, filled and removed", async () => {
  await using cli = await commandLine();
  await cli.run(["migrate"]);
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli.run(["schedules", ...args, "--json"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const id = "learning.nightly";
  const made = await json("create", id, "--queue", "warmup", "--pattern", "30 2 * * *", "--tz", "Europe/Berlin", "--payload", '{"scope":"all"}');
  expect(made).toMatchObject({
    id,
    when: { pattern: "30 2 * * *", tz: "Europe/Berlin" },
    payload: { scope: "all" },
    missed: "latest",
    paused: false,
  });
  expect(await json("list")).toEqual([made]);
  expect(await json("preview", id)).toHaveLength(10);
  expect(await json("preview", "--every", "1h")).toHaveLength(10);
  expect(await json("set", id, "--overlap", "allow", "--every", "1h")).toMatchObject({ when: { every: "1h" }, overlap: "allow" });
  expect(await json("pause", id)).toMatchObject({ paused: true, nextAt: null });
  expect((await cli.run(["schedules", "list"])).stdout).toMatch(/^id .*\nlearning\.nightly +every 1h +warmup +paused\n$/);
  expect(await json("resume", id)).toMatchObject({ paused: false });
  expect(await json("run", id)).toMatchObject({ queue: "warmup", name: "learning.warmup", state: "waiting" });
  expect(await json("backfill", id, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T03:00:00Z")).toEqual({ id, slots: 3 });
  expect(await json("fires", id, "--limit", "2")).toMatchObject([
    { scheduledFor: "2026-01-01T02:00:00.000Z", outcome: "late" },
    { scheduledFor: "2026-01-01T01:00:00.000Z", outcome: "late" },
  ]);
  expect(await json("remove", id)).toEqual({ id, removed: true });
  expect(await cli.run(["schedules", "show", id])).toMatchObject({ code: 1, stderr: `UNKNOWN_SCHEDULE: there is no schedule ${id}\n` });
});

test("runs are listed", async () => {
  const listed = await shared.run(["runs", "list", "--domain", "learning", "--outcome", "failed", "--text", "timeout", "--json"]);
  expect(listed).toMatchObject({ code: 0, stdout: '{"runs":[],"next":null}\n' });
  expect((await shared.run(["runs", "list"])).stdout).toBe("started  took  name  attempt  outcome  job  error\n");
});

test("a job that waits is cancelled, and put back", async () => {
  await using cli = await commandLine();
  await cli.run(["migrate"]);
  const { id } = JSON.parse((await cli.run(["warmup", "learning", "--no-wait", "--json"])).stdout);
  const cancel = ["jobs", "cancel", id, "--queue", "warmup", "--by", "anna", "--reason", "a mistake", "--json"];
  const cancelled = await cli.run(cancel);
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: "cancelled", cancelled: { by: "anna", reason: "a mistake" } });
  expect(await cli.run(["jobs", "failed", "--queue", "warmup", "--json"])).toMatchObject({ code: 0, stdout: '{"failed":[]}\n' });
  expect(await cli.run(["jobs", "retry", id, "--queue", "warmup", "--json"])).toMatchObject({ code: 0, stdout: '{"retried":1}\n' });
  expect(await cli.run(["jobs", "retry", id, "--queue", "warmup"])).toMatchObject({ code: 1, stderr: expect.stringContaining("JOB_NOT_FAILED") });
  expect(await cli.run(["jobs", "retry", "--all", "--queue", "warmup", "--json"])).toMatchObject({ code: 0, stdout: '{"retried":0}\n' });
  expect(await cli.run(["jobs", "cancel", "nobody", "--queue", "warmup"])).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_SUCH_JOB") });
});

test("queues are listed, paused and resumed", async () => {
  await using cli = await commandLine();
  await cli.run(["migrate"]);
  expect(JSON.parse((await cli.run(["queues", "pause", "archive", "--json"])).stdout)).toMatchObject({ name: "archive", paused: true });
  expect((await cli.run(["queues"])).stdout).toMatch(/^queue +waiting .*\n(.*\n)*archive .* paused\n/);
  expect((await cli.run(["queues", "resume", "archive"])).stdout).toBe("queue archive goes on\n");
  const { queues } = JSON.parse((await cli.run(["queues", "list", "--json"])).stdout);
  expect(queues.find(({ name }: { name: string }) => name === "archive")).toMatchObject({ paused: false, counts: { waiting: 0 } });
});

test("a job is watched until its end, and changes are written down with who made them", async () => {
  await using cli = await commandLine();
  await cli.run(["migrate"]);
  const { id } = JSON.parse((await cli.run(["warmup", "learning", "--entries", "global-stats", "--json"])).stdout);
  const watched = cli.run(["jobs", "watch", "warmup", id, "--json"]);
  await cli.run(["jobs", "cancel", id, "--queue", "warmup", "--reason", "a test"]);
  const { code, stdout } = await watched;
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect([code, told.at(-1)]).toEqual([1, { event: "end", data: expect.objectContaining({ id, state: "cancelled" }) }]);
  expect(await cli.run(["jobs", "watch", "warmup", "nobody"])).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_SUCH_JOB") });

  await using db = createDb({ url: cli.settings.DATABASE_URL });
  const { rows } = await db.pool.query("select who, role, method, route, params, status from audit_log order by at");
  const change = { who: userInfo().username, role: "cli", method: "RUN", status: 0 };
  expect(rows).toEqual([
    { ...change, route: "migrate", params: {} },
    { ...change, route: "warmup", params: { domain: "learning", daysActive: 7, entries: ["global-stats"] } },
    { ...change, route: "jobs cancel", params: { id, queue: "warmup", by: userInfo().username, reason: "a test" } },
  ]);
});

test("doctor finds nothing wrong, or says what is wrong and what to do", async () => {
  await using cli = await commandLine();
  const behind = await cli.run(["doctor"]);
  expect(behind).toMatchObject({ code: 1, stdout: expect.stringContaining("run: npm run cli -- migrate") });
  await cli.run(["migrate"]);
  expect((await cli.run(["doctor", "--json"])).code).toBe(0);
});

test.each([
  ["no database there", { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x" }, "DATABASE_URL"],
  ["no Redis there", { REDIS_URL: "redis://127.0.0.1:1" }, "start it, or correct host and port in QUEUE_REDIS_URL"],
  ["no setting", { DATABASE_URL: "", REDIS_URL: "" }, "npm run stack starts a private one"],
  ["a setting that is no URL", { REDIS_URL: "localhost" }, "not a URL such as redis://127.0.0.1:6379"],
])("with %s a command fails and says what to do", async (_what, changed, advice) => {
  const failed = await shared.run(["warmup", "learning"], changed);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(advice);
  expect(failed.stderr).not.toContain("    at ");
});

test("a wrong password is told apart from a server that is away", async () => {
  await using cli = await commandLine();
  await using redis = await startRedis({ dir: `${temporaryFolder()}/redis`, password: "right" });
  const database = await cli.run(["migrate"], { DATABASE_URL: wrongPassword(cli.settings.DATABASE_URL) });
  expect(database).toMatchObject({ code: 1, stderr: expect.stringContaining("correct the user and password in DATABASE_URL") });
  await cli.run(["migrate"]);
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
  await using cli = await commandLine();
  await cli.run(["migrate"]);
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

test.each([
  [["nonsense"]],
  [["warmup"]],
  [["warmup", "learning", "--days-active", "many"]],
  [["warmup", "learning", "--all", "--days-active", "3"]],
  [["warmup", "nowhere"]],
  [["cleanup", "learning", "--rules", "nope"]],
  [["archive", "learning", "--batch-size", "0"]],
  [["archive", "learning", "--archive-older-than", "soon"]],
  [["restore"]],
  [["warmup", "learning", "--entries", "nope"]],
  [["keys", "create", "--name", "x", "--scopes", "everything!"]],
  [["jobs", "get", "nowhere", "1"]],
  [["runs", "list", "--outcome", "odd"]],
  [["runs", "list", "--text", "..."]],
  [["runs", "list", "--from", "yesterday"]],
  [["schedules", "preview"]],
  [["schedules", "preview", "--pattern", "61 * * * *"]],
  [["schedules", "create", "learning.x", "--queue", "warmup", "--every", "5s"]],
  [["schedules", "create", "learning.x", "--queue", "warmup", "--every", "often"]],
  [["schedules", "create", "X", "--queue", "warmup", "--every", "1h"]],
  [["schedules", "set", "learning.x"]],
  [["jobs"]],
  [["queues", "explode"]],
  [["jobs", "cancel", "1"]],
  [["jobs", "cancel", "1", "--queue", "nowhere"]],
  [["jobs", "retry", "--queue", "warmup"]],
  [["jobs", "retry", "1", "--all", "--queue", "warmup"]],
  [["jobs", "failed", "--queue", "warmup", "--since", "yesterday"]],
])("%j is a wrong use: 2", async (args) => {
  expect((await shared.run(args)).code).toBe(2);
});

test("help is on stdout and no failure", async () => {
  for (const args of [["--help"], ["warmup", "--help"], ["keys", "create", "--help"]]) {
    expect(await shared.run(args)).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: caretaker") });
  }
});

test("a message is published, and who subscribed is shown with what each took", async () => {
  const alert = JSON.stringify({ title: "Disk", text: "full" });
  const published = await shared.run(["messages", "publish", "admin.alert", alert, "--priority", "urgent", "--id", "m1", "--json"]);
  expect(JSON.parse(published.stdout)).toMatchObject({ id: "m1", deliveries: [{ subscription: "messaging.admin", job: "m1-messaging.admin" }] });
  const shown = await shared.run(["messages", "subscriptions"]);
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/messaging\.admin +admin\.alert +1 +0 +messaging\.deliver-admin/) });
  expect(await shared.run(["messages", "publish", "admin.alert", "{"])).toMatchObject({ code: 2, stderr: expect.stringContaining("not JSON") });
  expect(await shared.run(["messages", "publish", "admin.alert", "{}"])).toMatchObject({ code: 2, stderr: expect.stringContaining("message.title") });
});
