import type { Logger } from "@caretaker/service";

export interface Upkeep {
  /** What it looks after, for the log. */
  readonly what: string;
  readonly everyMs: number;
  /** Makes one pass and resolves to what it changed. */
  readonly pass: () => Promise<readonly unknown[]>;
}

/** Makes a pass now and then again and again; says what it changed, and once that it fails. Any number of workers may do so at once. */
export function keepDoing({ what, everyMs, pass }: Upkeep, log: Logger): { stop(): void } {
  let failing = false;
  const once = async () => {
    try {
      const changed = await pass();
      if (changed.length > 0) log.info({ changed }, `${what} put right`);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, `${what} could not be checked; trying again`);
      failing = true;
    }
  };
  void once();
  const timer = setInterval(once, everyMs);
  return { stop: () => clearInterval(timer) };
}
