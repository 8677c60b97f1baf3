import { createClient } from "@caretaker/client";

/** What the fleet does by itself, and what it has done. */
export interface Overview {
  readonly schedules: number;
  readonly next: { readonly id: string; readonly at: string } | undefined;
  /** 500 at most. */
  readonly runs: number;
}

/** Asks the API for its schedules and runs. */
export async function readOverview(url: string, key: string): Promise<Overview> {
  const client = createClient({ url, key });
  const [schedules, { runs }] = await Promise.all([client.schedules.list(), client.runs.search({ limit: 500 })]);
  const [next] = schedules.flatMap(({ id, nextAt }) => (nextAt ? [{ id, at: nextAt }] : [])).sort((one, other) => (one.at < other.at ? -1 : 1));
  return { schedules: schedules.length, next, runs: runs.length };
}
