import type { QueueName } from "@caretaker/contracts";
import { type Engine, purgeIdempotencyKeys, type QueueLimits } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";
import { keepDoing, type Upkeep } from "./keep-doing.ts";

/** Does what keeps an installation right, besides its jobs; any number of workers may do so at once. Disposing of it stops it. */
export function startUpkeep(engine: Engine, limits: ReadonlyMap<QueueName, QueueLimits>, log: Logger): Disposable {
  const all: Upkeep[] = [
    { what: "schedules", everyMs: 2_000, pass: () => fireSchedules(engine, log) },
    { what: "job schedulers", everyMs: 10_000, pass: putSchedulersRight(engine, log) },
    { what: "attempts of lost workers", everyMs: 10_000, pass: () => closeLostAttempts(engine, log) },
    { what: "limits of queues", everyMs: 30_000, pass: async () => tell(log, await engine.syncLimits(limits), "limits of queues put right") },
    { what: "existence filters", everyMs: 600_000, pass: () => engine.buildFilters() },
    { what: "expired idempotency keys", everyMs: 600_000, pass: () => purgeIdempotencyKeys(engine.db) },
    { what: "old fences", everyMs: 3_600_000, pass: async () => tell(log, await engine.forgetOldFences(), "old fences forgotten") },
  ];
  const upkeep = new DisposableStack();
  for (const one of all) upkeep.use(keepDoing(one, log));
  return upkeep;
}

async function fireSchedules({ schedules }: Engine, log: Logger): Promise<void> {
  const { settled, handedOut, lost } = await schedules.sweep();
  if (lost > 0) log.error({ lost }, "jobs of schedules are gone from Redis; their slots say what became of them");
  if (settled > 0) log.debug({ settled, handedOut }, "slots of schedules have come due");
}

/** The first pass declares the schedules of this version. */
function putSchedulersRight({ schedules }: Engine, log: Logger): () => Promise<void> {
  let declared = false;
  return async () => {
    if (!declared) log.info({ changed: await schedules.declare() }, "schedules are as declared");
    const changed = await schedules.sync();
    if (changed.length > 0) log[declared ? "warn" : "info"]({ changed }, "job schedulers put right");
    declared = true;
  };
}

async function closeLostAttempts(engine: Engine, log: Logger): Promise<void> {
  const lost = await engine.closeLostAttempts();
  if (lost > 0) log.warn({ lost }, "attempts that lost workers had not written are in job_runs now");
}

const tell = (log: Logger, changed: readonly unknown[], what: string) => changed.length > 0 && log.info({ changed }, what);
