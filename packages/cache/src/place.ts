import type { Fence } from "./fences.ts";

/** Where a value is stored, and what says whether it is valid. */
export interface Place {
  readonly key: string;
  readonly fences: readonly Fence[];
}
