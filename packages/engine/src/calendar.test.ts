import { expect, test } from "vitest";
import { createCalendar, isMonday } from "./calendar.ts";

const hours = (ms: number) => ms / 3_600_000;

test("days of a zone are 23, 24 or 25 hours long", () => {
  const berlin = createCalendar("Europe/Berlin");
  const length = (date: string) => hours(berlin.startOf(berlin.plusDays(date, 1)) - berlin.startOf(date));
  expect([length("2026-03-28"), length("2026-03-29"), length("2026-10-25")]).toEqual([24, 23, 25]);
});

test("an instant falls on the zone's date", () => {
  const instant = new Date("2026-03-10T23:30:00Z");
  expect(createCalendar("UTC").dateOf(instant)).toBe("2026-03-10");
  expect(createCalendar("Asia/Shanghai").dateOf(instant)).toBe("2026-03-11");
});

test("an instant falls in the zone's hour, also where the zone is half an hour off and where the clock is put back", () => {
  expect(createCalendar("Asia/Kolkata").hourOf(Date.parse("2026-03-10T18:29:59Z"))).toBe(23);
  expect(createCalendar("Asia/Kolkata").hourOf(Date.parse("2026-03-10T18:30:00Z"))).toBe(0);
  const berlin = createCalendar("Europe/Berlin");
  expect(["2026-10-25T00:59Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"].map((text) => berlin.hourOf(Date.parse(text)))).toEqual([2, 2, 3]);
});

test("weeks begin on Monday", () => {
  const { mondayOf } = createCalendar("UTC");
  expect(["2026-11-16", "2026-11-18", "2026-11-22", "2026-11-23"].map(mondayOf)).toEqual(["2026-11-16", "2026-11-16", "2026-11-16", "2026-11-23"]);
  expect(["2026-11-16", "2026-11-17", "garbage"].map(isMonday)).toEqual([true, false, false]);
});

test("an unknown zone is refused", () => {
  expect(() => createCalendar("Mars/Olympus")).toThrow(RangeError);
});
