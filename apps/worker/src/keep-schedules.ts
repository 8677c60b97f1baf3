import type { Engine } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";

const sweepEveryMs = 2_000;
const putRightEveryMs = 10_000;

/** Fires schedules, and puts the job schedulers in Redis right; any number of workers may do so at once. */
export function keepSchedules(engine: Engine, log: Logger): { stop(): void } {
  const { schedules } = engine;
  let declared = false;
  const sweep = async () => {
    const { settled, handedOut, lost } = await schedules.sweep();
    if (lost > 0) log.error({ lost }, "jobs of schedules are gone from Redis; their slots say what became of them");
    if (settled > 0) log.debug({ settled, handedOut }, "slots of schedules have come due");
  };
  const putRight = async () => {
    if (!declared) log.info({ changed: await schedules.declare() }, "schedules are as declared");
    const changed = await schedules.sync();
    if (changed.length > 0) log[declared ? "warn" : "info"]({ changed }, "job schedulers put right");
    declared = true;
    const lost = await engine.closeLostAttempts();
    if (lost > 0) log.warn({ lost }, "attempts whose worker was lost are noted as stalled");
  };
  const timers = [
    again(putRight, putRightEveryMs, (error) => log.warn({ err: error }, "job schedulers could not be checked; trying again")),
    again(sweep, sweepEveryMs, (error) => log.warn({ err: error }, "schedules could not be fired; trying again")),
  ];
  return { stop: () => timers.forEach(clearInterval) };
}

/** Acts now and every so often, one act at a time; `onError` gets the first error of each outage. */
function again(act: () => Promise<void>, everyMs: number, onError: (error: unknown) => void): NodeJS.Timeout {
  let busy = false;
  let failing = false;
  const once = async () => {
    if (busy) return;
    busy = true;
    try {
      await act();
      failing = false;
    } catch (error) {
      if (!failing) onError(error);
      failing = true;
    }
    busy = false;
  };
  void once();
  return setInterval(once, everyMs);
}
