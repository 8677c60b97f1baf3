import type { Cache } from "@caretaker/cache";
import { type Db, inTransaction } from "@caretaker/db";
import type { Domain, LoadContext } from "../domain.ts";
import { addExisting } from "../existing.ts";
import { type Change, takeChanges } from "./take-changes.ts";

interface Announcing {
  readonly db: Db;
  readonly cache: Cache<LoadContext>;
  readonly domains: readonly Domain[];
}

/**
 * Takes at most `limit` changes and drops from the cache what depends on them; resolves to their number. They are gone from the
 * outbox once the cache has confirmed: who dies in between leaves them to be announced again, which does no harm.
 */
export function announceChanges({ db, cache, domains }: Announcing, limit: number): Promise<number> {
  return inTransaction(db.pool, async (session) => {
    const { changes, rows } = await takeChanges(session, limit, popularSourcesOf(domains));
    await addExisting({ cache, domains }, changes);
    const tags = new Set(domains.flatMap((domain) => tagsOf(domain, changes)));
    if (tags.size > 0) await cache.invalidate([...tags]);
    for (const pattern of domains.flatMap((domain) => patternsOf(domain, changes))) await cache.deletePattern(pattern);
    return rows;
  });
}

const popularSourcesOf = (domains: readonly Domain[]) =>
  domains.flatMap(({ changes = [] }) => changes.flatMap(({ source, warmPopular }) => (warmPopular ? source : [])));

function tagsOf({ changes: facts = [] }: Domain, changes: readonly Change[]): string[] {
  return facts.flatMap(({ source, tags }) =>
    changes.flatMap((change) => (change.source === source && change.subject !== null ? tags(change.subject) : [])),
  );
}

/** All that a domain caches, if one of its tables has changed for everybody. */
function patternsOf({ changes: facts = [], entries }: Domain, changes: readonly Change[]): string[] {
  const everybody = changes.some(({ source, subject }) => subject === null && facts.some((fact) => fact.source === source));
  return everybody ? entries.map(({ key }) => `${key.replaceAll(/\{\w+\}/g, "*")}*`) : [];
}
