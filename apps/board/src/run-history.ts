import type { MetricsHistoryProvider, MetricsHistoryQuery } from "@bull-board/api/typings/app";
import { type Db, queueHistory } from "@caretaker/engine";

import { problems } from "./board-problem.ts";

/** Throughput over longer times than Redis remembers, from the runs in PostgreSQL; an age of queues is not among them. */
export function createRunHistory(db: Db): MetricsHistoryProvider {
  return {
    async getHistory({ metric, ...query }: MetricsHistoryQuery) {
      return metric === "queueage" ? [] : queueHistory(db, { ...query, outcome: metric }).catch(unavailable);
    },
  };
}

function unavailable(cause: unknown): never {
  throw problems.noHistory(cause);
}
