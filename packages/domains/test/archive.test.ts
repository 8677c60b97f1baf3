import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { ArchiveResult, CleanupResult, QueueName } from "@caretaker/contracts";
import { createEngine, type Domain, migrate } from "@caretaker/engine";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { createDomains } from "../src/index.ts";
import { importRows, rowsOf } from "./open-domain.ts";

async function openEngine() {
  const database = await testDatabase();
  const prefixes = { queuePrefix: `{${randomUUID()}}`, cachePrefix: randomUUID() };
  const connections = { database: { url: database.url, statementTimeoutMs: 0 }, queueRedisUrl: testRedisUrl(), cacheRedisUrl: testRedisUrl() };
  const engine = createEngine({ domains: createDomains(), ...connections, ...prefixes, role: "worker" });
  await migrate(engine.db);
  const queues: QueueName[] = ["cleanup", "archive", "analytics"];
  const host = engine.work({ name: "archive", concurrency: new Map(queues.map((queue) => [queue, 1])) });
  host.start();
  return {
    engine,
    domain: engine.domains.find(({ name }) => name === "learning") as Domain,
    count: async (what: string): Promise<number> => (await engine.db.pool.query(`select count(*)::int as rows from ${what}`)).rows[0].rows,
    async run<Result>(queue: QueueName, payload: object = {}) {
      const { id } = await engine.enqueue(queue, { domain: "learning", ...payload });
      const job = await engine.followJob(queue, id, { signal: AbortSignal.timeout(60_000) });
      expect(job?.error).toBeNull();
      return job?.result as Result;
    },
    async [Symbol.asyncDispose]() {
      await host.close(1_000);
      await engine[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

test("all that cleanup, archive and restore look rows up by is indexed, in every domain", async () => {
  await using all = await openEngine();
  expect(await all.engine.checkIndexes()).toEqual({ name: "indexes", state: "ok", detail: expect.any(String) });
});

const asOf = "2015-07-01T00:00:00Z";

test.skipIf(!existsSync(rowsOf("oulad")))(
  "the Open University's rows: a dry run says what a run does, none is lost, and a second run changes nothing (skipped where the files are not beside the repository)",
  async () => {
    await using all = await openEngine();
    await importRows(all, "oulad");
    const everywhere = async () =>
      (await all.count("study_sessions")) +
      (await all.count("study_sessions_archive")) +
      (await all.count("learning_quarantine where table_name = 'study_sessions'"));
    const expected = await all.count("study_sessions where start_time < timestamptz '2014-07-01Z' and not is_active");
    expect(expected).toBeGreaterThan(20_000);

    const [dryCleanup, dryArchive] = [
      await all.run<CleanupResult>("cleanup", { dryRun: true, asOf }),
      await all.run<ArchiveResult>("archive", { dryRun: true, asOf }),
    ];
    expect(await all.count("study_sessions")).toBe(64_775);
    const cleanup = await all.run<CleanupResult>("cleanup", { asOf });
    for (const [rule, { matched, removed }] of Object.entries(cleanup.rules))
      expect({ rule, matched, removed }).toEqual({ rule, matched: dryCleanup.rules[rule]?.matched, removed: matched });
    const { policies } = await all.run<ArchiveResult>("archive", { asOf });
    expect(policies["study-sessions"]).toMatchObject({ matched: dryArchive.policies["study-sessions"]?.matched, archived: expected, purged: 0 });
    expect(policies["study-sessions"]?.archived).toBe(dryArchive.policies["study-sessions"]?.toArchive);
    expect(await everywhere()).toBe(64_775);

    const again = [
      ...Object.values((await all.run<CleanupResult>("cleanup", { asOf })).rules),
      ...Object.values((await all.run<ArchiveResult>("archive", { asOf })).policies),
    ];
    expect(again.map(({ matched }) => matched)).toEqual(again.map(() => 0));

    const tooOld = await all.count("study_sessions_archive where start_time < timestamptz '2014-01-01Z'");
    const limits = { asOf, policies: ["study-sessions"], deleteOlderThanDays: 546 }; // 2014-01-01
    expect((await all.run<ArchiveResult>("archive", limits)).policies["study-sessions"]).toMatchObject({ purged: 0, waitsFor: expect.any(String) });
    await all.run("analytics");
    expect((await all.run<ArchiveResult>("archive", limits)).policies["study-sessions"]).toMatchObject({ matched: tooOld, purged: tooOld });
    expect(await everywhere()).toBe(64_775 - tooOld);
  },
);
