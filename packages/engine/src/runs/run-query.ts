import type { runSearch } from "@caretaker/contracts";
import type { z } from "zod";

/** A search whose page begins after the run with this time and id. */
export interface RunQuery extends Omit<z.output<typeof runSearch>, "after" | "from" | "to"> {
  readonly from: Date | null;
  readonly before: { readonly startedAt: Date; readonly id: string };
}
