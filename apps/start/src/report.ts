import type { WarmupResult } from "@caretaker/contracts";
import type { DemoData } from "./demo-data.ts";
import type { Fleet } from "./fleet.ts";
import type { Overview } from "./overview.ts";
import type { TimedRead } from "./timed-read.ts";

export interface Story {
  readonly demo: DemoData;
  readonly fleet: Fleet;
  readonly warmup: WarmupResult;
  readonly cold: TimedRead;
  readonly warm: TimedRead;
  readonly again: TimedRead;
  readonly messageMs: number;
  readonly overview: Overview;
  readonly startSeconds: number;
}

const number = new Intl.NumberFormat("en");
const read = ({ cache, ms }: TimedRead) => `${ms.toFixed(1)} ms (${cache})`;

/** What each domain has to show. */
function dataLines({ domains }: DemoData): string[][] {
  return Object.entries(domains).flatMap(([name, { filled, tables, dirt }]) => {
    const counts = Object.entries(tables).map(([table, rows]) => `${number.format(rows)} ${table.replaceAll("_", " ")}`);
    const wrong = Object.entries(dirt).map(([rule, rows]) => `${rows} ${rule}`);
    return [
      ["Data", `${name}: ${counts.join(", ")}${filled ? "" : " (from an earlier start)"}`],
      ...(wrong.length > 0 ? [["", `with dirt for cleanup: ${wrong.join(", ")}`]] : []),
    ];
  });
}

const scheduleLine = ({ schedules, next, runs }: Overview) =>
  `${schedules}${next ? `, the next is ${next.id} at ${new Date(next.at).toLocaleTimeString("en-GB")}` : ""}; ${runs} ${runs === 1 ? "run" : "runs"} so far`;

/** What `npm start` did, with figures, and where to go from here. */
export function report({ demo, fleet, warmup, cold, warm, again, messageMs, overview, startSeconds }: Story): string {
  const lines = [
    ...dataLines(demo),
    [
      "Warm-up",
      `${number.format(warmup.written)} values of the learning domain in ${(warmup.ms / 1_000).toFixed(2)} s: ${warmup.queries} queries, ${warmup.chunks} chunks, 2 workers`,
    ],
    ["", `${warmup.fresh} still fresh, ${warmup.fenced} fenced, ${warmup.failed} failed`],
    ["One user", `cold ${read(cold)}, warm ${read(warm)}, again ${read(again)}`],
    ["Message", `admin.alert, published over HTTP, was with its receiver as a signed webhook after ${messageMs.toFixed(1)} ms`],
    ["Schedules", scheduleLine(overview)],
    ["Up after", `${startSeconds.toFixed(1)} s`],
    [],
    ["API", fleet.apiUrl],
    ["Board", `${fleet.boardUrl}   sign in as ${fleet.boardUsers.map(({ role, secret }) => `${role} with ${secret}`).join(", or as ")}`],
    ["Demo key", `${demo.key}   (also in .data/demo-key)`],
    [],
    ["Try", `curl -H "Authorization: Bearer $(cat .data/demo-key)" "${fleet.apiUrl}/v1/entries/learning/session-analytics?userId=7"`],
  ];
  return `${lines.map(([title = "", text = ""]) => `${title.padEnd(9)} ${text}`.trimEnd()).join("\n")}\n`;
}
