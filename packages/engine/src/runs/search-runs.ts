import { type RunPage, type RunSearch, runSearch } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { checked } from "../checked.ts";
import { findByKind } from "./find-by-kind.ts";
import { findByWords } from "./find-by-words.ts";
import type { RunQuery } from "./run-query.ts";
import { viewOfRun } from "./run-row.ts";
import { SearchRefused } from "./search-refused.ts";

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

function readCursor(text: string): RunQuery["before"] {
  const [, startedAt = "", id = ""] = /^([\d-]+T[\d:.]+Z)_(\d{1,18})$/.exec(text) ?? [];
  if (!id || Number.isNaN(Date.parse(startedAt))) throw new SearchRefused(`"${text}" is no page: give the "next" of the page before`);
  return { startedAt: new Date(startedAt), id };
}
