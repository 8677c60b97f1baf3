import { auditPage, auditSearch } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { defineRoute, type Route } from "../route.ts";

/** `GET /v1/audit`: who changed what, over the API, the board or the command line. */
export const auditRoute = (engine: Engine): Route =>
  defineRoute({
    operationId: "searchAudit",
    ...{ method: "get", path: "/v1/audit", scope: "audit:read", summary: "Who changed what, the latest first" },
    query: auditSearch.shape,
    answers: { 200: { about: "a page of changes; `next`, given as `after`, asks for the one after it", schema: auditPage } },
    handle: async ({ query }) => ({ status: 200, body: await engine.searchAudit(query) }),
  });
