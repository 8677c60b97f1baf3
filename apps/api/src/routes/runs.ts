import { acceptedJob, runPage, runSearch } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { idParam } from "../params.ts";
import { defineRoute, type Route } from "../route.ts";

/** Runs: the attempts of jobs that have ended. */
export const runRoutes = (engine: Engine): Route[] => [
  defineRoute({
    operationId: "searchRuns",
    ...{ method: "get", path: "/v1/runs", scope: "runs:read", summary: "Attempts of jobs that have ended, the latest first" },
    query: runSearch.shape,
    answers: { 200: { about: "a page of runs; `next`, given as `after`, asks for the one after it", schema: runPage } },
    handle: async ({ query }) => ({ status: 200, body: await engine.searchRuns(query) }),
  }),
  defineRoute({
    operationId: "restoreRun",
    ...{ method: "post", path: "/v1/runs/{id}/restore", scope: "runs:admin" },
    summary: "Puts back the rows that a run has quarantined or archived; the id is that of the run, of its job, or that its rows carry",
    params: { id: idParam },
    answers: { 202: { about: "the job that does it", schema: acceptedJob } },
    problems: [404, 409],
    example: { params: { id: "1" } },
    async handle({ params: { id }, deadline, once }) {
      const job = await once((jobId) => engine.restore(id, { jobId, signal: deadline }));
      return { status: 202, body: job, headers: { Location: `/v1/jobs/${job.queue}/${encodeURIComponent(job.id)}` } };
    },
  }),
];
