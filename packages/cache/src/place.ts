import type { Fence } from "./fence.ts";

/** Where a value is stored, and what says whether it is valid. */
export interface Place {
  readonly key: string;
  readonly fences: readonly Fence[];
  /** Whether its first fence is its own key's: to invalidate that deletes the value as well, so that only who writes has to look at it. */
  readonly selfGuarded: boolean;
}
