import type { AuditEntry, AuditPage, AuditSearch } from "@caretaker/contracts";
import { pagesOf } from "../pages-of.ts";
import type { Call, Transport } from "../transport.ts";

export interface Audit {
  /** A page of the changes that were made or refused, the latest first. */
  search(search?: AuditSearch, call?: Call): Promise<AuditPage>;
  /** All of them, page by page as they are taken. */
  all(search?: AuditSearch, call?: Call): AsyncGenerator<AuditEntry, void, undefined>;
}

/** Who changed what. */
export function createAudit(transport: Transport): Audit {
  const search: Audit["search"] = (query = {}, call = {}) => transport.ask("/v1/audit", { query: { ...query } as Record<string, string>, ...call });
  return {
    search,
    all: (query = {}, call = {}) => pagesOf(async (after) => toPage(await search({ ...query, ...after }, call))),
  };
}

const toPage = ({ changes, next }: AuditPage) => ({ items: changes, next });
