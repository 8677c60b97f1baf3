import { timeZone } from "@caretaker/contracts";
import type { z } from "zod";

export const stocksSettings = {
  /** The zone of trading days. */
  STOCKS_TZ: timeZone.default("America/New_York"),
};
export type StocksSettings = z.input<z.ZodObject<typeof stocksSettings>>;
