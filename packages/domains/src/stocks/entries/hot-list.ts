import { defineEntry } from "@caretaker/cache";
import { integerParam } from "@caretaker/contracts";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { hotStocks, readHotCodes } from "../hot-codes.ts";
import { marketTag, namespace } from "../tags.ts";

const params = z.strictObject({
  limit: integerParam.refine((limit) => limit >= 1 && limit <= hotStocks, `a limit is from 1 to ${hotStocks}`).default(hotStocks),
});

/** `hot-list`: the codes that were traded most. */
export const createHotList = (calendar: Calendar) =>
  defineEntry({
    name: "stocks.hot-list",
    key: "stocks:hot",
    params,
    value: z.array(z.string()),
    ttl: "30m",
    namespace,
    tags: () => [marketTag],
    async loadMany(sets: readonly z.infer<typeof params>[], { db, asOf }: LoadContext) {
      const codes = await readHotCodes(db, calendar.dateOf(asOf));
      return sets.map(({ limit }) => codes.slice(0, limit));
    },
  });
