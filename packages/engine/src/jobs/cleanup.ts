import { type CleanupResult, cleanupPayload } from "@caretaker/contracts";
import { defineJob } from "@caretaker/queue";
import { z } from "zod";
import { type Batching, runSteps } from "../batches/run-steps.ts";
import type { CleanupFacts, CleanupRule } from "../cleanup/cleanup-rule.ts";
import { cleanupSteps, countMatches } from "../cleanup/cleanup-steps.ts";
import type { Domain } from "../domain.ts";
import { runIdOf } from "../run-id.ts";

/** The job that takes a domain's invalid rows out of its tables, into quarantine. */
export function cleanupJob(domain: Domain, { quarantine, rules }: CleanupFacts, { db, targetMs }: Batching) {
  const names = rules.map(({ name }) => name) as [string, ...string[]];
  return defineJob({
    name: `${domain.name}.cleanup`,
    queue: "cleanup",
    schema: cleanupPayload.extend({ domain: z.literal(domain.name), rules: z.array(z.enum(names)).min(1).max(100).optional() }),
    retry: domain.retry,
    timeout: "2h",
    async handler({ data, fence, signal, progress }): Promise<CleanupResult> {
      const began = Date.now();
      const chosen = rules.filter(({ name }) => data.rules?.includes(name) ?? true);
      if (data.dryRun) {
        const counts = await countMatches(db, chosen, signal);
        const matched = (rule: CleanupRule) => ({ matched: counts[rule.name] ?? 0, removed: 0 });
        return { rules: byName(chosen, matched), batches: 0, ms: Date.now() - began };
      }
      const steps = await cleanupSteps(db, chosen, { quarantine, runId: runIdOf(fence.job) });
      const { counts, batches } = await runSteps({ db, targetMs, fence, signal, progress, batchSize: data.batchSize }, steps);
      const removed = ({ name }: CleanupRule) => ({ matched: counts[name]?.matched ?? 0, removed: counts[name]?.done ?? 0 });
      return { rules: byName(chosen, removed), batches, ms: Date.now() - began };
    },
  });
}

const byName = <T>(rules: readonly CleanupRule[], of: (rule: CleanupRule) => T): Record<string, T> =>
  Object.fromEntries(rules.map((rule) => [rule.name, of(rule)]));
