import type { Db } from "@caretaker/db";
import type { Calendar, Targets } from "@caretaker/engine";
import { readHotCodes } from "./hot-codes.ts";

const codesAtOnce = 10_000;

const allCodes = { name: "stocks-all-codes", text: `select code from stocks where code collate "C" > $1 order by code collate "C" limit $2` };

/** Pages of all codes, in order. */
export async function* allStockCodes(db: Db): AsyncGenerator<string[]> {
  let after = "";
  for (let found = codesAtOnce; found === codesAtOnce; ) {
    const codes = (await db.rows<[string]>(allCodes, [after, codesAtOnce])).map(([code]) => code);
    yield codes;
    found = codes.length;
    after = codes.at(-1) ?? after;
  }
}

/** The stocks that are hot at `asOf`, or all. */
export const createTargets = (calendar: Calendar): { active: Targets; all: Targets } => ({
  async *active({ db, asOf }) {
    yield (await readHotCodes(db, calendar.dateOf(asOf))).map((code) => ({ code }));
  },
  async *all(context) {
    for await (const codes of allStockCodes(context.db)) yield codes.map((code) => ({ code }));
  },
});
