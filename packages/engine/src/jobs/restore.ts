import { type RestoreResult, restorePayload } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { defineJob } from "@caretaker/queue";
import { z } from "zod";
import { restoreArchived, restoreQuarantined } from "../archive/restore-steps.ts";
import { type Batching, runSteps } from "../batches/run-steps.ts";
import type { Domain } from "../domain.ts";

/** The job that puts a run's rows back where they were, identical: those in quarantine and those in archive tables. */
export function restoreJob(domain: Domain, { db, targetMs }: Batching) {
  return defineJob({
    name: `${domain.name}.restore`,
    queue: "archive",
    schema: restorePayload.extend({ domain: z.literal(domain.name) }),
    retry: domain.retry,
    timeout: "6h",
    async handler({ data, fence, signal, progress }): Promise<RestoreResult> {
      const began = Date.now();
      const steps = await Promise.all(stepsOf(domain, db, data.runId));
      const { counts, batches } = await runSteps({ db, targetMs, fence, signal, progress, batchSize: data.batchSize }, steps);
      const tables = Object.entries(counts).map(([table, { matched, done }]) => [table, { restored: done, taken: matched - done }]);
      return { tables: Object.fromEntries(tables), batches, ms: Date.now() - began };
    },
  });
}

function stepsOf({ cleanup, archive = [] }: Domain, db: Db, runId: string) {
  const quarantined = cleanup ? [...Map.groupBy(cleanup.rules, ({ table }) => table).values()] : [];
  return [
    ...archive.flatMap(({ move }) => (move ? [restoreArchived(db, move, runId)] : [])),
    ...quarantined.map(([rule]) =>
      restoreQuarantined(db, { table: rule?.table ?? "", key: rule?.key, quarantine: cleanup?.quarantine ?? "" }, runId),
    ),
  ];
}
