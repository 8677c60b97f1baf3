import type { Cache } from "@caretaker/cache";
import type { Db } from "@caretaker/db";
import type { Change } from "./changes/take-changes.ts";
import type { AnyEntry, Domain, LoadContext } from "./domain.ts";

/** What there is of something, for entries whose `existence` says that nothing else has a value. */
export interface ExistingFacts {
  /** Its table, whose changes a migration has captured with the same ids as subjects. */
  readonly source: string;
  readonly entries: readonly AnyEntry[];
  /** The ids of all that there is, in pages. */
  readonly ids: (db: Db) => AsyncIterable<readonly string[]>;
}

interface Filtering {
  readonly cache: Cache<LoadContext>;
  readonly domains: readonly Domain[];
}

/** Tells the filters of all domains what there is; until this has been done once, everything may exist. */
export async function buildFilters({ cache, domains, db }: Filtering & { db: Db }): Promise<void> {
  for (const { entries, ids } of domains.flatMap(({ existing = [] }) => existing)) {
    for (const entry of entries) await cache.filter(entry).build(ids(db));
  }
}

/** Tells the filters what may be new. What is gone stays in them, and costs a load. */
export async function addExisting({ cache, domains }: Filtering, changes: readonly Change[]): Promise<void> {
  for (const { source, entries } of domains.flatMap(({ existing = [] }) => existing)) {
    const ids = changes.flatMap((change) => (change.source === source && change.subject !== null ? change.subject : []));
    if (ids.length > 0) await Promise.all(entries.map((entry) => cache.filter(entry).add(ids)));
  }
}
