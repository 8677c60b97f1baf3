import { createCalendar } from "@caretaker/engine";
import { expect, test } from "vitest";
import { Hours } from "./hours.ts";
import { createSpans } from "./span.ts";

test.each(["UTC", "Asia/Kathmandu", "Europe/Berlin", "Australia/Lord_Howe"])("%s: days on which clocks change", (tz) => {
  const calendar = createCalendar(tz);
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: tz, hour: "2-digit", hourCycle: "h23" });
  for (const date of ["2026-03-28", "2026-10-24", "2026-04-04", "2026-10-03"]) {
    const span = createSpans(calendar)(date, 3);
    const hours = new Hours(calendar, span);
    const times = Array.from({ length: (span.to - span.from) / 300 }, (_, index) => span.from + 300 * index);
    expect(times.map((time) => hours.of(time))).toEqual(times.map((time) => Number(format.format(time * 1_000))));
  }
});
