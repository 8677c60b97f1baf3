import { CaretakerError, type RunPage, type RunSearch, type RunView, runSearch } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { z } from "zod";
import { checked } from "../checked.ts";
import { findByKind } from "./find-by-kind.ts";
import { findByWords } from "./find-by-words.ts";

/** A run as the table has it. */
export type RunRow = Omit<RunView, "startedAt" | "finishedAt"> & { startedAt: Date; finishedAt: Date };

/** A search whose page begins after the run with this time and id. */
export interface RunQuery extends Omit<z.output<typeof runSearch>, "after" | "from" | "to"> {
  readonly from: Date | null;
  readonly before: { readonly startedAt: Date; readonly id: string };
}

/** A search that can't be made: the page asked for is none, or the text has no word. */
export class SearchRefused extends CaretakerError {
  override readonly code = "INVALID_SEARCH";
}

const afterAll = { startedAt: new Date("9999-01-01"), id: "9223372036854775807" };

/** A page of the runs that a search is for, the latest first. Throws `SearchRefused` or `PayloadInvalid`. */
export async function searchRuns(db: Db, search: RunSearch): Promise<RunPage> {
  const { after, from, to, ...wanted } = checked(runSearch, search, "a search");
  const before = after ? readCursor(after) : to ? { startedAt: new Date(to), id: "0" } : afterAll;
  const query: RunQuery = { ...wanted, from: from ? new Date(from) : null, before };
  const rows = await (wanted.text ? findByWords(db, query) : findByKind(db, query));
  const runs = rows.map(viewOfRun);
  const last = runs.length === wanted.limit ? runs.at(-1) : undefined;
  return { runs, next: last ? `${last.startedAt}_${last.id}` : null };
}

/** A run as it is shown. */
export const viewOfRun = (row: RunRow): RunView => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  finishedAt: row.finishedAt.toISOString(),
});

function readCursor(text: string): RunQuery["before"] {
  const [, startedAt = "", id = ""] = /^([\d-]+T[\d:.]+Z)_(\d{1,19})$/.exec(text) ?? [];
  if (!id || Number.isNaN(Date.parse(startedAt))) throw new SearchRefused(`"${text}" is no page: give the "next" of the page before`);
  return { startedAt: new Date(startedAt), id };
}
