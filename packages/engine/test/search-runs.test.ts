import type { RunSearch } from "@caretaker/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testEngine } from "./test-engine.ts";

/** 300 runs, one a minute, every third of them a clean-up of a shop, every tenth of them failed. */
const insert = `
  insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, finished_at, outcome, final, error, worker)
  select queue, 'job-' || i, domain || '.' || queue, domain, jsonb_build_object('domain', domain), 1, at, at, outcome, true,
    case when outcome = 'failed' then 'Connection to 10.0.0.' || i || ' refused' end, 'worker-1'
  from (select i, case when i % 3 = 0 then 'cleanup' else 'warmup' end as queue, case when i % 3 = 0 then 'shop' else 'test' end as domain,
    case when i % 10 = 0 then 'failed' else 'completed' end as outcome, '2026-01-01T00:00Z'::timestamptz + i * interval '1 minute' as at
    from generate_series(0, 299) i) made`;

let stack: Awaited<ReturnType<typeof testEngine>>;
beforeAll(async () => {
  stack = await testEngine();
  await stack.query(insert);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

/** The numbers of all runs found, page by page. */
async function found(search: RunSearch): Promise<number[]> {
  const numbers: number[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await stack.engine.searchRuns({ ...search, ...(after ? { after } : {}) });
    numbers.push(...page.runs.map(({ jobId }) => Number(jobId.slice("job-".length))));
    after = page.next;
  }
  return numbers;
}
const numbers = (matches: (number: number) => boolean) => Array.from({ length: 300 }, (_, index) => 299 - index).filter(matches);

const searches: [string, RunSearch, (number: number) => boolean][] = [
  ["everything", {}, () => true],
  ["a domain", { domain: "shop" }, (n) => n % 3 === 0],
  ["a queue and an outcome", { queue: "warmup", outcome: "failed" }, (n) => n % 3 !== 0 && n % 10 === 0],
  ["a name", { name: "shop.cleanup" }, (n) => n % 3 === 0],
  ["what contradicts itself", { name: "shop.cleanup", domain: "test" }, () => false],
  ["a time", { from: "2026-01-01T01:00:00Z", to: "2026-01-01T02:00:00Z" }, (n) => n >= 60 && n < 120],
  ["a domain and a time", { domain: "shop", to: "2026-01-01T01:00:00Z" }, (n) => n % 3 === 0 && n < 60],
  ["a word of the error", { text: "REFUSED" }, (n) => n % 10 === 0],
  ["the beginning of a word, and another word", { text: "connec 40" }, (n) => n === 40],
  ["a word of the payload and a domain", { text: "shop", outcome: "failed" }, (n) => n % 30 === 0],
  ["a word and a time", { text: "refused", from: "2026-01-01T01:00:00Z", to: "2026-01-01T02:00:00Z" }, (n) => n % 10 === 0 && n >= 60 && n < 120],
  ["a word that is not there", { text: "nothing" }, () => false],
];

test.each(searches)("%s is found, the latest first, once each, whatever the length of a page", async (_what, search, matches) => {
  for (const limit of [7, 500]) expect(await found({ ...search, limit })).toEqual(numbers(matches));
});

test("a text is found over many days", async () => {
  await using other = await testEngine();
  await other.query(
    `insert into job_runs (queue, job_id, name, domain, attempt, started_at, finished_at, outcome, final, error)
     select 'warmup', 'job-' || i, 'test.warmup', 'test', 1, at, at, 'failed', true, case when i % 1000 = 0 then 'needle' end
     from (select i, '2026-01-01T00:00Z'::timestamptz + i * interval '1 hour' as at from generate_series(0, 4999) i) made`,
  );
  const { runs } = await other.engine.searchRuns({ text: "needle", limit: 4 });
  expect(runs.map(({ jobId }) => jobId)).toEqual(["job-4000", "job-3000", "job-2000", "job-1000"]);
});

test("while there are no runs, no day is looked through for a text", async () => {
  await using other = await testEngine();
  expect(await other.engine.searchRuns({ text: "needle", from: "2026-01-01T00:00:00Z" })).toEqual({ runs: [], next: null });
});

test.each([{ after: "yesterday" }, { after: `2026-01-01T00:00:00.000Z_${"9".repeat(19)}` }, { text: "..." }])(
  "%j can't be searched",
  async (search) => {
    await expect(stack.engine.searchRuns(search)).rejects.toMatchObject({ code: "INVALID_SEARCH" });
  },
);
