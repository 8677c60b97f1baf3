import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test("a database is migrated, and migrated again without effect", async () => {
  await using cli = await commandLine({ migrated: false });
  const behind = await cli.run(["doctor"]);
  expect(behind).toMatchObject({ code: 1, stdout: expect.stringContaining("run: npm run cli -- migrate") });
  expect(await cli.json("migrate")).toEqual({ applied: expect.any(Number) });
  expect(await cli.run(["migrate"])).toMatchObject({ code: 0, stdout: "the database is up to date\n" });
  expect((await cli.run(["doctor", "--json"])).code).toBe(0);
});

test("a key is made, shown once, listed and revoked", async () => {
  await using cli = await commandLine();
  const made = await cli.json("keys", "create", "--name", "shop", "--scopes", "jobs:write,entries:read", "--expires", "90d");
  expect(made).toEqual({
    id: expect.any(String),
    key: expect.stringMatching(/^ck_[\w-]{43}$/),
    name: "shop",
    scopes: ["jobs:write", "entries:read"],
    expiresAt: expect.any(String),
  });
  const { key, ...rest } = made;
  expect(await cli.json("keys", "list")).toEqual({ keys: [{ ...rest, createdAt: expect.any(String) }] });
  expect(await cli.json("keys", "revoke", made.id)).toMatchObject({ id: made.id, name: "shop" });
  expect(await cli.run(["keys", "revoke", made.id])).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_SUCH_KEY") });
  expect((await cli.run(["keys", "list"])).stdout).not.toContain("shop");
});

test("a warm-up and a rollup are run, and looked at", async () => {
  await using cli = await commandLine();
  const queued = await cli.json("warmup", "learning", "--all", "--no-wait");
  expect(queued).toMatchObject({ queue: "warmup", name: "learning.warmup", state: "waiting" });
  await using _worker = await cli.startWorker();
  expect(await cli.json("warmup", "learning", "--entries", "global-stats", "--force", "--wait")).toMatchObject({
    state: "completed",
    result: { targets: 1, written: 1, failed: 0 },
  });
  expect(await cli.json("analytics", "learning", "--wait")).toMatchObject({
    state: "completed",
    result: { rollups: { daily: { windows: 0, rows: 0 } } },
  });
  expect(await cli.json("jobs", "get", "warmup", queued.id)).toMatchObject({ state: "completed", result: { targets: 1 } });
});

test("rows are cleaned up, archived and put back, with a dry run before", async () => {
  await using cli = await commandLine();
  await cli.db.pool.query(sessionsOf2024);
  await using _worker = await cli.startWorker();
  const dry = await cli.json("cleanup", "learning", "--dry-run", "--rules", "negative-duration,invalid-rating", "--wait");
  expect(dry.result.rules).toEqual({ "negative-duration": { matched: 3, removed: 0 }, "invalid-rating": { matched: 0, removed: 0 } });
  const limits = ["--archive-older-than", "400", "--delete-older-than", "4000", "--as-of", "2026-03-01T00:00:00Z"];
  const both = await cli.run(["archive", "learning", "--cleanup-invalid", ...limits, "--wait"]);
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
