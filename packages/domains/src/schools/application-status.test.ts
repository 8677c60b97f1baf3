import { createCalendar } from "@caretaker/engine";
import { expect, test } from "vitest";
import { applicationStatus } from "./application-status.ts";

const calendar = createCalendar("Asia/Hong_Kong");

test.for([
  [null, null, "none"],
  ["2026-03-12", "2026-05-12", "closed"],
  ["2026-03-11", "2026-05-12", "open"],
  ["2026-01-01", "2026-03-19", "open"],
  ["2026-01-01", "2026-03-18", "deadline"],
  ["2026-01-01", "2026-03-11", "deadline"],
  ["2026-01-01", "2026-03-10", "closed"],
] as const)("applications from %s to %s are %s on 2026-03-11", ([applicationStart, applicationEnd, status]) => {
  expect(applicationStatus({ applicationStart, applicationEnd }, "2026-03-11", calendar)).toBe(status);
});
