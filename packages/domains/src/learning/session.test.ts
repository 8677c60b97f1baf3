import { expect, test } from "vitest";
import { isProductive, type Session } from "./session.ts";

const productive: Session = {
  startTime: 0,
  hasEnded: true,
  isActive: false,
  minutes: 60,
  rating: 3,
  focus: 100,
  breaks: 1,
  environment: "home",
  device: "laptop",
  subject: "art",
};

test.each([
  [{}, true],
  [{ minutes: 24 }, false],
  [{ rating: 2 }, false],
  [{ rating: null }, false],
  [{ focus: 99 }, false],
  [{ focus: null, rating: 5 }, true],
  [{ focus: null, rating: 4 }, false],
  [{ breaks: 0, rating: 4, focus: 94 }, true],
  [{ breaks: 0, rating: 4, focus: 93 }, false],
  [{ breaks: 2, rating: 3 }, true],
  [{ breaks: 3, rating: 5 }, true],
  [{ breaks: 3, rating: 4 }, false],
  [{ minutes: 120, breaks: 1 }, true],
])("a session with %j is productive: %s", (facts, expected) => {
  expect(isProductive({ ...productive, ...facts })).toBe(expected);
});
