import { expect, test } from "vitest";
import { decide } from "./decide.ts";

/** Slots a minute apart, named by their minute; those before `onTimeFrom` were missed. */
const at = (minute: number) => new Date(minute * 60_000);
const usual = { missed: "latest", missedCap: 2, overlap: "skip" } as const;

function outcomes(
  policies: Partial<Record<"missed" | "overlap", string>>,
  minutes: number[],
  { onTimeFrom = 0, open = [] as number[], moreFollow = false } = {},
) {
  const situation = { onTimeFrom: at(onTimeFrom), open: open.map(at), moreFollow };
  return decide({ ...usual, ...(policies as object) }, minutes.map(at), situation).map(
    ({ outcome, runsAs }) => `${outcome}${runsAs ? ` as ${runsAs.getTime() / 60_000}` : ""}`,
  );
}

test("a slot on time runs, unless the last run is still under way", () => {
  expect(outcomes({}, [1])).toEqual(["ran as 1"]);
  expect(outcomes({ overlap: "skip" }, [2], { open: [1] })).toEqual(["skipped"]);
  expect(outcomes({ overlap: "allow" }, [2], { open: [1] })).toEqual(["ran as 2"]);
});

test("queue-one lets one wait, which stands for those that follow", () => {
  expect(outcomes({ overlap: "queue-one" }, [2], { open: [1] })).toEqual(["ran as 2"]);
  expect(outcomes({ overlap: "queue-one" }, [3, 4], { open: [1, 2] })).toEqual(["coalesced as 2", "coalesced as 2"]);
});

test("of missed slots none runs, the latest, or the latest few", () => {
  expect(outcomes({ missed: "skip" }, [1, 2, 3], { onTimeFrom: 9 })).toEqual(["missed", "missed", "missed"]);
  expect(outcomes({ missed: "latest" }, [1, 2, 3], { onTimeFrom: 9 })).toEqual(["coalesced as 3", "coalesced as 3", "late as 3"]);
  expect(outcomes({ missed: "all" }, [1, 2, 3], { onTimeFrom: 9 })).toEqual(["missed", "late as 2", "late as 3"]);
});

test("a late run counts as under way for the slots on time", () => {
  expect(outcomes({ missed: "latest" }, [1, 2, 9], { onTimeFrom: 9 })).toEqual(["coalesced as 2", "late as 2", "skipped"]);
  expect(outcomes({ missed: "latest", overlap: "allow" }, [1, 9], { onTimeFrom: 9 })).toEqual(["late as 1", "ran as 9"]);
});

test("missed slots are skipped where a run is still under way", () => {
  expect(outcomes({ missed: "latest" }, [2, 3], { onTimeFrom: 9, open: [1] })).toEqual(["skipped", "skipped"]);
});

test("none of the slots runs that later missed ones stand for", () => {
  expect(outcomes({ missed: "latest" }, [1, 2], { onTimeFrom: 9, moreFollow: true })).toEqual(["coalesced", "coalesced"]);
  expect(outcomes({ missed: "all" }, [1, 2], { onTimeFrom: 9, moreFollow: true })).toEqual(["missed", "missed"]);
});
