import { setTimeout as pause } from "node:timers/promises";

/** Asks a URL again and again until it answers with a success. */
export async function untilAnswering(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
}
