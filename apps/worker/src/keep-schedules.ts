import type { Engine } from "@caretaker/engine";
import type { Logger } from "@caretaker/service";

const everyMs = 30_000;

/** Puts the job schedulers in Redis right now and every 30 s; any number of workers may do so at once. */
export function keepSchedules(engine: Engine, log: Logger): { stop(): void } {
  let failing = false;
  const sync = async () => {
    try {
      const changed = await engine.syncSchedules();
      if (changed.length > 0) log.info({ changed }, "job schedulers put right");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, "job schedulers could not be checked; trying again");
      failing = true;
    }
  };
  void sync();
  const timer = setInterval(sync, everyMs);
  return { stop: () => clearInterval(timer) };
}
