import { setTimeout as pause } from "node:timers/promises";

/** Waits for a condition; throws with its name if it does not come true in time, a minute and a half by default. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 90_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(10);
  }
}
