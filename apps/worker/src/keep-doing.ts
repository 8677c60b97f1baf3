import type { Logger } from "@caretaker/service";

export interface Upkeep {
  /** What it looks after, for the log. */
  readonly what: string;
  readonly everyMs: number;
  /** Makes one pass and says what it did. */
  readonly pass: () => Promise<unknown>;
}

/** Makes a pass now and then again and again, one at a time; says once of each outage that it fails. Any number of workers may do so at once. */
export function keepDoing({ what, everyMs, pass }: Upkeep, log: Logger): Disposable {
  let busy = false;
  let failing = false;
  const once = async () => {
    if (busy) return;
    busy = true;
    try {
      await pass();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, `${what} could not be looked after; trying again`);
      failing = true;
    }
    busy = false;
  };
  void once();
  const timer = setInterval(once, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
