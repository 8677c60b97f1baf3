import { setTimeout as pause } from "node:timers/promises";
import { ServerFailed } from "./server-process.ts";

/** Starts a PostgreSQL when the connections of a killed one, which hold its memory for some instants longer, are gone. */
export async function afterOldConnections<T>(start: () => Promise<T>, attempts = 100): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const held = error instanceof ServerFailed && /pre-existing shared memory block|lock file .* already exists/.test(error.output);
    if (!held || attempts <= 1) throw error;
    await pause(50);
    return afterOldConnections(start, attempts - 1);
  }
}
