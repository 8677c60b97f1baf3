import { expect, test } from "vitest";
import { checkTiming, takeSlots } from "./slots.ts";

const slots = (pattern: string, tz: string, after: string, count: number) =>
  takeSlots({ pattern, tz }, new Date(after), count).map((slot) => slot.toISOString().replace(":00.000Z", "Z"));

const [berlin, newYork] = ["Europe/Berlin", "America/New_York"];

test.each([
  [
    "Berlin, spring: 02:30 is left out, so it fires at 03:00",
    "30 2 * * *",
    berlin,
    "2026-03-27T12:00Z",
    ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  ],
  [
    "Berlin, autumn: 02:30 is shown twice and fires the first time",
    "30 2 * * *",
    berlin,
    "2026-10-23T12:00Z",
    ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  ],
  [
    "New York, spring: 02:30 is left out, so it fires at 03:00",
    "30 2 * * *",
    newYork,
    "2026-03-06T12:00Z",
    ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"],
  ],
  [
    "New York, autumn: 01:30 is shown twice and fires the first time",
    "30 1 * * *",
    newYork,
    "2026-10-30T12:00Z",
    ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"],
  ],
  [
    "the times that are left out fire once, with the one that is there",
    "*/20 * * * *",
    berlin,
    "2026-03-29T00:39Z",
    ["2026-03-29T00:40Z", "2026-03-29T01:00Z", "2026-03-29T01:20Z"],
  ],
  [
    "of an hour that is shown twice the second time is silent",
    "*/30 * * * *",
    berlin,
    "2026-10-25T00:10Z",
    ["2026-10-25T00:30Z", "2026-10-25T02:00Z", "2026-10-25T02:30Z"],
  ],
  ["asked for in the second of the two hours", "*/30 * * * *", berlin, "2026-10-25T01:10Z", ["2026-10-25T02:00Z", "2026-10-25T02:30Z"]],
  ["a time after the gap is as ever", "0 3 * * *", berlin, "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T01:00Z"]],
  ["half an hour's gap of Lord Howe Island", "15 2 * * *", "Australia/Lord_Howe", "2026-10-02T20:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]],
  ["UTC has no gaps", "30 2 * * *", "UTC", "2026-03-28T12:00Z", ["2026-03-29T02:30Z", "2026-03-30T02:30Z"]],
] as const)("%s", (_what, pattern, tz, after, expected) => {
  expect(slots(pattern, tz, after, expected.length)).toEqual(expected);
});

test("every zone shows each slot's own time, once, in order, through a whole year", () => {
  for (const tz of [berlin, newYork, "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns"]) {
    const year = takeSlots({ pattern: "30 2 * * *", tz }, new Date("2026-01-01T12:00:00Z"), 366);
    const days = year.map((slot) => slot.toLocaleDateString("en-CA", { timeZone: tz }));
    expect(new Set(days).size).toBe(366);
    expect(year).toEqual(year.toSorted((a, b) => a.getTime() - b.getTime()));
    const others = year.map((slot) => slot.toLocaleTimeString("en-GB", { timeZone: tz })).filter((time) => time !== "02:30:00");
    expect(others.every((time) => time === "03:00:00")).toBe(true);
  }
});

test("intervals are counted from 1970 on, so that all replicas count alike", () => {
  const after = new Date("2026-03-29T00:59:59.999Z");
  expect(takeSlots({ every: "5m" }, after, 2)).toEqual([new Date("2026-03-29T01:00Z"), new Date("2026-03-29T01:05Z")]);
  expect(takeSlots({ every: "5m" }, new Date("2026-03-29T01:00Z"), 1)).toEqual([new Date("2026-03-29T01:05Z")]);
});

test.each(["", "* * * *", "* * * * * * *", "61 * * * *", "0 0 30 2 *", "*/0 * * * *", "5-1 * * * *", "H * * * *", "@daily", "a b c d e"])(
  "%j is no cron pattern",
  (pattern) => expect(() => checkTiming({ pattern, tz: "UTC" })).toThrow(expect.objectContaining({ code: "INVALID_CRON" })),
);

test("an unknown zone, and what is too frequent, are refused", () => {
  expect(() => checkTiming({ pattern: "0 0 * * *", tz: "Europe/Nowhere" })).toThrow(expect.objectContaining({ code: "INVALID_TZ" }));
  const atMostEveryMs = 10_000;
  for (const when of [{ every: "9s" }, { pattern: "*/5 * * * * *", tz: "UTC" }, { pattern: "0,3 0 0 * * *", tz: "UTC" }] as const)
    expect(() => checkTiming(when, { atMostEveryMs })).toThrow(expect.objectContaining({ code: "TOO_FREQUENT" }));
  checkTiming({ pattern: "*/10 * * * * *", tz: "UTC" }, { atMostEveryMs });
});
