import type { AcceptedJob, RunPage, RunSearch, RunView } from "@caretaker/contracts";
import { createJob } from "../job.ts";
import { pagesOf } from "../pages-of.ts";
import { type OnceCall, postOnce } from "../post-once.ts";
import type { Call, Transport } from "../transport.ts";
import type { EnqueuedJob } from "./jobs.ts";

export interface Runs {
  /** A page of the attempts of jobs that have ended, the latest first. */
  search(search?: RunSearch, call?: Call): Promise<RunPage>;
  /** All of them, page by page as they are taken. */
  all(search?: RunSearch, call?: Call): AsyncGenerator<RunView, void, undefined>;
  /** Puts back the rows that a run has quarantined or archived. */
  restore(id: string, call?: OnceCall): Promise<EnqueuedJob>;
}

/** The attempts of jobs. */
export function createRuns(transport: Transport): Runs {
  const search: Runs["search"] = (query = {}, call = {}) => transport.ask("/v1/runs", { query: { ...query } as Record<string, string>, ...call });
  return {
    search,
    all: (query = {}, call = {}) => pagesOf(async (after) => toPage(await search({ ...query, ...after }, call))),
    async restore(id, call) {
      const accepted = await postOnce<AcceptedJob>(transport, `/v1/runs/${encodeURIComponent(id)}/restore`, undefined, call);
      return { ...accepted, ...createJob(transport, accepted.queue, accepted.id) };
    },
  };
}

const toPage = ({ runs, next }: RunPage) => ({ items: runs, next });
