import { vi } from "vitest";
import { processFacts } from "../src/process-facts.ts";

/** Waits until none of these processes runs. */
export const untilGone = (pids: readonly number[]) => vi.waitUntil(() => pids.every((pid) => !processFacts(pid)), { timeout: 20_000 });
