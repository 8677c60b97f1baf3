import { type ArchivePayload, type ArchiveResult, archivePayload, type PolicyResult } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { defineJob } from "@caretaker/queue";
import { z } from "zod";
import { actionStep, countName } from "../archive/action-step.ts";
import { type Action, actionsOf, type RolledUpBefore } from "../archive/actions.ts";
import type { ArchivePolicy } from "../archive/archive-policy.ts";
import { closeRolledUp } from "../archive/close-rolled-up.ts";
import { countActions, estimateActions } from "../archive/count-actions.ts";
import { withPartitions } from "../archive/partitions.ts";
import { type Batching, type RunState, runSteps } from "../batches/run-steps.ts";
import type { Domain } from "../domain.ts";
import { rolledUpBefore } from "../rollups/rolled-up-before.ts";
import { rollupName } from "../rollups/rollup.ts";
import { runIdOf } from "../run-id.ts";

/** Until when what a domain's rollup has to add up yet keeps rows from being deleted. */
const rolledUpIn =
  (domain: Domain, db: Db): RolledUpBefore =>
  async (name) => {
    const rollup = domain.rollups?.find((each) => each.name === name);
    return rollup && rolledUpBefore(db, rollupName(domain, rollup), rollup);
  };

/** The job that moves a domain's old rows to their archive tables, and deletes those that are too old. */
export function archiveJob(domain: Domain, policies: readonly ArchivePolicy[], { db, targetMs }: Batching) {
  return defineJob({
    name: `${domain.name}.archive`,
    queue: "archive",
    schema: payloadOf(domain, policies),
    retry: domain.retry,
    timeout: "6h",
    async handler({ data, enqueuedAt, fence, signal, progress }): Promise<ArchiveResult> {
      const began = Date.now();
      const chosen = policies.filter(({ name }) => data.policies?.includes(name) ?? true);
      progress({ current: 0, total: 0, status: "planning" });
      const actions = await actionsOf(chosen, data, { asOf: data.asOf ? new Date(data.asOf) : enqueuedAt, rolledUpBefore: rolledUpIn(domain, db) });
      if (data.dryRun) {
        const counts = await countActions(db, actions, signal);
        return { policies: byPolicy(chosen, actions, dryCounts(actions, counts)), batches: 0, ms: Date.now() - began };
      }
      await closeRolledUp(db, domain.rollups ?? [], actions, new Date());
      const total = await estimateActions(db, actions, signal);
      const work = { db, targetMs, fence, signal, progress, total, batchSize: data.batchSize };
      const state = await withPartitions(db, actions, signal, async () =>
        runSteps(work, await Promise.all(actions.map((action) => actionStep(db, action, runIdOf(fence.job))))),
      );
      return { policies: byPolicy(chosen, actions, runCounts(state)), batches: state.batches, ms: Date.now() - began };
    },
  });
}

function payloadOf(domain: Domain, policies: readonly ArchivePolicy[]) {
  const names = z.enum(policies.map(({ name }) => name) as [string, ...string[]]);
  return archivePayload.extend({ domain: z.literal(domain.name), policies: z.array(names).min(1).max(100).optional() }) as z.ZodType<ArchivePayload>;
}

type Counts = (policy: string) => Omit<PolicyResult, "waitsFor">;

function byPolicy(policies: readonly ArchivePolicy[], actions: readonly Action[], counts: Counts): Record<string, PolicyResult> {
  return Object.fromEntries(
    policies.map(({ name }) => {
      const held = actions.find(({ policy, rolledUp, cutoff }) => policy === name && rolledUp && rolledUp.before < cutoff)?.rolledUp;
      return [name, { ...counts(name), ...(held ? { waitsFor: `rollups of days from ${held.before.toISOString().slice(0, 10)} on` } : {}) }];
    }),
  );
}

const dryCounts =
  (actions: readonly Action[], counts: readonly number[]): Counts =>
  (policy) => {
    const sum = (name: string) => actions.reduce((total, action, index) => total + (countName(action) === name ? (counts[index] ?? 0) : 0), 0);
    const [toArchive, toPurge] = [sum(`${policy} archived`), sum(`${policy} purged`)];
    return { matched: toArchive + toPurge, archived: 0, purged: 0, toArchive, toPurge };
  };

const runCounts =
  ({ counts }: RunState): Counts =>
  (policy) => {
    const [moved, purged] = [counts[`${policy} archived`], counts[`${policy} purged`]];
    return { matched: (moved?.matched ?? 0) + (purged?.matched ?? 0), archived: moved?.done ?? 0, purged: purged?.done ?? 0 };
  };
