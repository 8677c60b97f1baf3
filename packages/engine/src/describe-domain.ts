import type { JobView, ParamSet, QueueName } from "@caretaker/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillDemo } from "./demo.ts";
import type { AnyEntry, Domain, ScopeContext } from "./domain.ts";
import type { Engine } from "./engine.ts";
import { chunksOfScope, readTargets, scopeTargets, type WarmupTarget } from "./warmup-plan.ts";

/** A domain in an engine with a database of its own and a worker for all queues. */
export interface OpenDomain extends AsyncDisposable {
  readonly engine: Engine;
  readonly domain: Domain;
  /** Runs a job to its end; resolves to how it ended. */
  finish(queue: QueueName, payload: object): Promise<JobView>;
}

const never = 36_500;
/** A twentieth of the demo has rows of every kind. */
const someOf = 0.05;
const allOf = { activeDays: 7, force: false, chunkSize: 1_000, scope: "all" } as const;

/** What holds for every domain, as tests: over its demo rows, on real servers. */
export function describeDomain(name: string, open: () => Promise<OpenDomain>): void {
  describe(`domain ${name}`, () => {
    let opened: OpenDomain;
    const asOf = new Date();
    beforeAll(async () => {
      opened = await open();
      const { demo } = opened.domain;
      if (demo) await fillDemo(opened.engine.db, demo, asOf, someOf);
    });
    afterAll(() => opened?.[Symbol.asyncDispose]());
    const targets = () => targetsOf(opened.domain, { db: opened.engine.db, asOf, activeDays: allOf.activeDays });
    /** What some tables hold: all columns but those that say when and by whom a row was moved. */
    const contents = async (tables: readonly string[]) => {
      const rows = tables.map((table) => `select to_jsonb(t) - 'archived_at' - 'run_id' as row from ${table} t`);
      const all = `select count(*)::int as rows, md5(string_agg(row::text, ',' order by row::text)) as sum from (${rows.join(" union all ")}) r`;
      return tables.length > 0 ? (await opened.engine.db.pool.query(all)).rows : [];
    };

    test("no two values have one key, and a warm-up writes the keys that readers ask for", async () => {
      const keys = new Map<string, string>();
      for (const { entry, params } of await targets()) {
        const asked = entry.params.safeParse(params);
        expect(asked, `${entry.name} ${JSON.stringify(params)}`).toMatchObject({ success: true });
        const key = entry.keyOf(params);
        expect(asked.success && entry.keyOf(asked.data), `${entry.name} ${JSON.stringify(params)}`).toBe(key);
        expect(keys.get(key), key).toBeUndefined();
        keys.set(key, entry.name);
      }
    });

    test("a warm-up writes every value, and each fits its schema", async () => {
      const all = await targets();
      if (all.length === 0) return;
      const { result, error } = await opened.finish("warmup", { scope: "all", force: true, asOf: asOf.toISOString() });
      expect({ error, result }).toMatchObject({ error: null, result: { targets: all.length, written: all.length, failed: 0, fenced: 0 } });
      for (const [entry, those] of Map.groupBy(all, (target) => target.entry)) {
        const values = await opened.engine.cache.getMany(
          entry,
          those.map(({ params }) => params),
        );
        for (const [index, value] of values.entries()) {
          if (value === null) continue;
          expect(entry.value.safeParse(value), `${entry.name} ${JSON.stringify(those[index]?.params)}`).toMatchObject({ success: true });
        }
      }
    });

    test("a dry run changes nothing, and counts what a run does", async () => {
      for (const queue of queuesOf(opened.domain)) {
        const before = await contents(tablesOf(opened.domain));
        const payload = { asOf: asOf.toISOString(), ...(queue === "archive" ? { deleteOlderThanDays: never } : {}) };
        const dry = await opened.finish(queue, { ...payload, dryRun: true });
        expect(await contents(tablesOf(opened.domain)), queue).toEqual(before);
        const real = await opened.finish(queue, payload);
        expect(matchedOf(dry.result), queue).toEqual(matchedOf(real.result));
      }
    });

    test("archiving keeps every row, once, with every column; and restoring puts all back", async () => {
      for (const { move } of opened.domain.archive ?? []) {
        if (!move) continue;
        const [both, live] = [[move.table, move.to], [move.table]];
        const [before, archived] = [await contents(both), await contents([move.to])];
        const run = await opened.finish("archive", { archiveOlderThanDays: 1, deleteOlderThanDays: never, asOf: asOf.toISOString() });
        expect(run).toMatchObject({ error: null });
        expect(await contents(both), move.table).toEqual(before);
        expect(await contents(live), `nothing of ${move.table} was old enough to try this with`).not.toEqual(before);
        const { id, queue } = await opened.engine.restore(run.id);
        await opened.engine.followJob(queue, id, { signal: AbortSignal.timeout(60_000) });
        expect(await contents([move.to]), move.to).toEqual(archived);
        expect(await contents(both), move.table).toEqual(before);
      }
    });

    test("a rollup that runs twice comes to what it comes to once", async () => {
      const targetsOfRollups = (opened.domain.rollups ?? []).map(({ target }) => target.table);
      if (targetsOfRollups.length === 0) return;
      await opened.finish("analytics", { rebuild: true });
      const once = await contents(targetsOfRollups);
      expect(once).not.toMatchObject([{ rows: 0 }]);
      await opened.finish("analytics", {});
      expect(await contents(targetsOfRollups)).toEqual(once);
      await opened.finish("analytics", { rebuild: true });
      expect(await contents(targetsOfRollups)).toEqual(once);
    });
  });
}

/** Every value that a warm-up of scope `all` writes. */
async function targetsOf(domain: Domain, context: ScopeContext): Promise<WarmupTarget[]> {
  const found: WarmupTarget[] = [];
  const popular = async (): Promise<ParamSet[]> => [];
  for await (const { entries, sets } of chunksOfScope(domain, { ...allOf, domain: domain.name }, { ...context, popular })) {
    found.push(...scopeTargets(domain, entries, sets, context.asOf));
    expect(sets.every((set) => entries.every((entry: AnyEntry) => readTargets(domain, [entry], [set], context.asOf).length === 1))).toBe(true);
  }
  return found;
}

const queuesOf = ({ cleanup, archive }: Domain): QueueName[] => [
  ...(cleanup ? ["cleanup" as const] : []),
  ...(archive?.length ? ["archive" as const] : []),
];

/** Tables that a domain's cleanup and archive read and write, but for the one that every job adds a row to. */
function tablesOf({ cleanup, archive = [] }: Domain): string[] {
  const cleaned = cleanup ? [cleanup.quarantine, ...cleanup.rules.map(({ table }) => table)] : [];
  const moved = archive.flatMap(({ move, purge }) => [...(move ? [move.table, move.to] : []), ...(purge?.rows ?? []).map(({ table }) => table)]);
  return [...new Set([...cleaned, ...moved])].filter((table) => table !== "job_runs");
}

/** How many rows a run has found, by rule or policy. */
function matchedOf(result: unknown): Record<string, number> {
  const { rules, policies } = result as Record<"rules" | "policies", Record<string, { matched: number }> | undefined>;
  return Object.fromEntries(Object.entries({ ...rules, ...policies }).map(([name, { matched }]) => [name, matched]));
}
