import { type AnalyticsPayload, type AnalyticsResult, analyticsPayload } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { defineJob } from "@caretaker/queue";
import { z } from "zod";
import { type Batching, runSteps } from "../batches/run-steps.ts";
import type { Domain } from "../domain.ts";
import { countSubjects } from "../rollups/next-subjects.ts";
import { type Rollup, rollupName } from "../rollups/rollup.ts";
import { countWindows, isBuilt } from "../rollups/rollup-state.ts";
import { type Extent, rollupStep } from "../rollups/rollup-step.ts";

/** Windows that have changed, of one batch. */
const windowsAtOnce = 1_000;

/** The job that brings a domain's rollups up to date. */
export function analyticsJob(domain: Domain, rollups: readonly Rollup[], { db, targetMs }: Batching) {
  const names = z.enum(rollups.map(({ name }) => name) as [string, ...string[]]);
  return defineJob({
    name: `${domain.name}.analytics`,
    queue: "analytics",
    schema: analyticsPayload.safeExtend({ domain: z.literal(domain.name), rollups: z.array(names).min(1).max(100).optional() }),
    retry: domain.retry,
    timeout: "6h",
    async handler({ data, fence, signal, progress }): Promise<AnalyticsResult> {
      const began = Date.now();
      const chosen = rollups.filter(({ name }) => data.rollups?.includes(name) ?? true);
      progress({ current: 0, total: 0, status: "counting" });
      const plans = await Promise.all(chosen.map((rollup) => planOf(domain, rollup, data, db.counted({ signal }))));
      const total = plans.reduce((sum, { units }) => sum + units, 0);
      let current = 0;
      const steps = plans.map(({ rollup, ...plan }) => {
        const onDone = (units: number) => {
          current = Math.min(total, current + units);
          progress({ current, total, status: `${rollup.name}: adding up` });
        };
        return rollupStep(rollup, { ...plan, onDone });
      });
      const { counts } = await runSteps({ db, targetMs, fence, signal, progress: () => {}, batchSize: windowsAtOnce }, steps);
      const resultOf = ({ name }: Rollup) => ({ windows: counts[name]?.matched ?? 0, rows: counts[name]?.done ?? 0 });
      return { rollups: Object.fromEntries(chosen.map((rollup) => [rollup.name, resultOf(rollup)])), ms: Date.now() - began };
    },
  });
}

/** What is computed of a rollup, and of how many subjects or windows that consists. */
async function planOf(domain: Domain, rollup: Rollup, payload: AnalyticsPayload, db: Db) {
  const name = rollupName(domain, rollup);
  const extent = await extentOf(name, payload, db);
  const units = extent === "changed" ? await countWindows(db, name) : await db.session((session) => countSubjects(session, rollup));
  return { rollup, name, extent, units };
}

async function extentOf(name: string, { from, to, rebuild }: AnalyticsPayload, db: Db): Promise<Extent> {
  if (from !== undefined || to !== undefined) return { from, to };
  return rebuild || !(await isBuilt(db, name)) ? "all" : "changed";
}
