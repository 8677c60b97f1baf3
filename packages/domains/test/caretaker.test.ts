import { expect, test } from "vitest";
import { openDomain } from "./open-domain.ts";

const records = `
  insert into job_runs (queue, job_id, name, domain, attempt, started_at, finished_at, outcome, final)
    select 'warmup', days::text, 'learning.warmup', 'learning', 1, at, at, 'completed', true from given;
  insert into audit_log (id, at, who, role, method, route, params, status)
    select gen_random_uuid(), at, days::text, 'api', 'POST', '/v1/queues/{queue}/pause', '{}', 200 from given`;

test("runs are kept for 90 days and changes for a year, unless a job says otherwise", async () => {
  await using caretaker = await openDomain("caretaker");
  await caretaker.query(
    "create table given as select days, timestamptz '2026-06-01Z' - days * interval '1 day' as at from generate_series(0, 400) days",
  );
  await caretaker.query(records);
  const kept = async () =>
    caretaker.query(`
      select (select max(job_id::int) from job_runs where domain = 'learning') as runs, (select max(who::int) from audit_log) as changes`);
  const asOf = "2026-06-01T00:00:00Z";
  expect(await caretaker.run("archive", { asOf, dryRun: true })).toMatchObject({ policies: { runs: { matched: 310 }, audit: { matched: 35 } } });
  expect(await caretaker.run("archive", { asOf })).toMatchObject({ policies: { runs: { purged: 310 }, audit: { purged: 35 } } });
  expect(await kept()).toEqual([{ runs: 90, changes: 365 }]);
  await caretaker.run("archive", { asOf, policies: ["runs"], deleteOlderThanDays: 30 });
  expect(await kept()).toEqual([{ runs: 30, changes: 365 }]);
});
