import type { WarmTarget } from "./warm-target.ts";

/** What became of the targets; each is counted once. `failures` are the first 100 of the failed. */
export interface WarmResult {
  targets: number;
  written: number;
  fresh: number;
  fenced: number;
  failed: number;
  failures: { entry: string; params: Record<string, unknown>; error: string }[];
}

/** What became of some of the targets, but those that failed. */
export type Warmed = Pick<WarmResult, "written" | "fresh" | "fenced">;

/** Takes note of a target that failed. */
export type Fail<Context> = (target: WarmTarget<Context>, error: unknown) => void;

const failuresListed = 100;

/** The result of a warm-up that has not done anything yet, and what counts its failures. */
export function beginResult<Context>(targets: number): { result: WarmResult; fail: Fail<Context> } {
  const result: WarmResult = { targets, written: 0, fresh: 0, fenced: 0, failed: 0, failures: [] };
  const fail: Fail<Context> = ({ entry, params }, error) => {
    result.failed += 1;
    if (result.failures.length >= failuresListed) return;
    result.failures.push({ entry: entry.name, params: { ...params }, error: error instanceof Error ? error.message : String(error) });
  };
  return { result, fail };
}
