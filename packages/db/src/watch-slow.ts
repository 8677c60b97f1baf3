import type pg from "pg";

/** A query or a batch that took longer than a second. */
export interface SlowWork {
  readonly what: "query" | "batch";
  /** A query's name, or how its text begins. */
  readonly name: string;
  readonly ms: number;
}

/** Begins to time something; what it returns is called at the end. */
export type WatchSlow = (what: SlowWork["what"], name: () => string) => () => void;

const slowMs = 1_000;
const longestName = 80;

/** Times work, and tells of what takes longer than a second. */
export const watchSlow =
  (onSlow: (work: SlowWork) => void): WatchSlow =>
  (what, name) => {
    const began = performance.now();
    return () => {
      const ms = performance.now() - began;
      if (ms > slowMs) onSlow({ what, name: name(), ms });
    };
  };

/** Has the queries of a pool or a connection timed, those of a pool with their wait for a connection. */
export function timeQueries(target: pg.Pool | pg.PoolClient, watch: WatchSlow): void {
  const query = target.query.bind(target) as (...given: unknown[]) => unknown;
  const timed = (...given: unknown[]) => {
    const done = watch("query", () => nameOf(given[0] as string | pg.QueryConfig));
    const result = query(...given);
    return result instanceof Promise ? result.finally(done) : result; // streams, and what the pool asks with a callback
  };
  target.query = timed as typeof target.query;
}

/** Values are parameters, so that a text has none of them. */
const nameOf = (query: string | pg.QueryConfig): string => (typeof query === "string" ? brief(query) : (query.name ?? brief(query.text)));

const brief = (text: string) => text.trim().replaceAll(/\s+/g, " ").slice(0, longestName);
