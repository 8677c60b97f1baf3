import { existsSync } from "node:fs";
import type { Domain, Engine } from "@caretaker/engine";
import { expect, test } from "vitest";
import { fillDemo } from "../src/index.ts";
import { expectedValues } from "./expected-values.ts";
import { importRows, openDomain, rowsOf } from "./open-domain.ts";

const oulad = rowsOf("oulad");

/** Warms everybody at `asOf` and compares every value of every user with independent SQL. */
async function expectAllValues(engine: Engine, domain: Domain, asOf: Date): Promise<number> {
  const { id } = await engine.enqueue("warmup", { domain: "learning", scope: "all", asOf: asOf.toISOString(), chunkSize: 500, force: true });
  const job = await engine.followJob("warmup", id, { signal: AbortSignal.timeout(60_000) });
  expect(job).toMatchObject({ error: null, result: { failed: 0, fenced: 0 } });
  let compared = 0;
  let loaded = 0;
  engine.cache.events.on("load", ({ values }) => {
    loaded += values;
  });
  for (const entry of domain.entries) {
    const { rows } = await engine.db.pool.query<{ id: number; value: Record<string, unknown> }>(expectedValues[entry.name] as string, [asOf]);
    const defaults = domain.warmup.defaults?.[entry.name]?.(asOf);
    const sets = rows.map((row) => (entry.name.endsWith("global-stats") ? {} : { userId: row.id, ...defaults }));
    const values = (await engine.cache.getMany(entry, sets)) as Record<string, unknown>[];
    for (const [index, row] of rows.entries()) expect(withCodesOnly(values[index]), `${entry.name} of user ${row.id}`).toEqual(row.value);
    compared += rows.length;
  }
  expect(job?.result).toMatchObject({ targets: compared, written: compared });
  expect(loaded, "values that the warm-up did not leave in the cache").toBe(0);
  return compared;
}

/** Recommendations by their codes: their texts are ours to choose. */
const withCodesOnly = (value: Record<string, unknown> | undefined) =>
  Array.isArray(value?.recommendations) ? { ...value, recommendations: value.recommendations.map(({ code }) => code) } : value;

/** Names that could be taken for something else on their way out of PostgreSQL. */
const oddNames = ['a "quoted", (odd) name', "back\\slash", "line\nend", "\u001e\u001f", " ", "", 'x)\n("y', "naïve,日本"];

test("every value of every demo user, dirt and odd names included, is what SQL makes of the formulas", async () => {
  await using all = await openDomain("learning");
  const asOf = new Date("2026-03-11T15:00:00Z");
  await fillDemo(all.engine.db, { users: 300, sessionsPerUser: 60, asOf });
  await all.query(
    `update study_sessions set subject_category = ($1::text[])[1 + id % 8], learning_environment = ($1::text[])[1 + (id / 8) % 8],
       device_type = ($1::text[])[1 + (id / 64) % 8] where user_id % 4 = 0 and id % 2 = 0`,
    [oddNames],
  );
  await all.query("update course_progress set subject_name = ($1::text[])[1 + id % 8] where user_id % 4 = 0", [oddNames]);
  expect(await expectAllValues(all.engine, all.domain, asOf)).toBeGreaterThan(1_000);
});

test.skipIf(!existsSync(oulad))(
  "the Open University's rows: imported twice, then every value of every user (skipped where the files are not beside the repository)",
  async () => {
    await using all = await openDomain("learning");
    const { engine, domain } = all;
    const load = () => importRows(all, "oulad");
    const rowVersions = async () =>
      (
        await engine.db.pool.query(
          "select (select max(xmin::text::bigint) from users) u, (select max(xmin::text::bigint) from study_sessions) s, (select max(xmin::text::bigint) from course_progress) c, (select count(*) from study_sessions) n",
        )
      ).rows[0];
    expect(await load()).toEqual({
      tables: { users: { rows: 7_941, refused: 0 }, course_progress: { rows: 9_247, refused: 0 }, study_sessions: { rows: 64_775, refused: 0 } },
    });
    const before = await rowVersions();
    await load();
    expect(await rowVersions()).toEqual(before);
    await expectAllValues(engine, domain, new Date("2014-03-10T12:00:00Z"));
  },
);
