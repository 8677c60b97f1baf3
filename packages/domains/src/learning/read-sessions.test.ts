import { expect, test } from "vitest";
import { readSessions } from "./read-sessions.ts";

const start = 1_773_000_000;
const names = ["home", "日本", "naïve", "📚", ""];
const nameAt = (index: number) => names[index % names.length] as string;

/** A line as PostgreSQL makes it; names are in quotes only where they have to be, which says nothing of what is read. */
const lineOf = (sessions: number, quote: string) => {
  const rowOf = (index: number) => {
    const texts = [nameAt(index), nameAt(index + 1), `${nameAt(index + 2)}${index}`].map((name) => name && `${quote}${name}${quote}`);
    return `(${4 * (start + index) + (index % 4)},${index - 3},${index % 3 || ""},${index % 2 ? "0.75" : ""},${index % 7},${texts.join(",")})`;
  };
  return `12${Array.from({ length: sessions }, (_, index) => rowOf(index)).join("")}`;
};

test("a session's numbers and names", () => {
  expect(readSessions(lineOf(2, ""))).toEqual([
    {
      ...{ startTime: start, hasEnded: false, isActive: false, minutes: -3, rating: null, focus: null, breaks: 0 },
      ...{ environment: "home", device: "日本", subject: "naïve0" },
    },
    {
      ...{ startTime: start + 1, hasEnded: false, isActive: true, minutes: -2, rating: 1, focus: 75, breaks: 1 },
      ...{ environment: "日本", device: "naïve", subject: "📚1" },
    },
  ]);
});

test.each([0, 1, 40, 3_000])("%i sessions without quotes are those with quotes", (count) => {
  const sessions = readSessions(lineOf(count, ""));
  expect(sessions).toHaveLength(count);
  expect(sessions).toEqual(readSessions(lineOf(count, '"')));
});
