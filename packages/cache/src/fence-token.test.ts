import { expect, test } from "vitest";
import { mayFallSoon, newToken } from "./fence-token.ts";

const hourMs = 3_600_000;
const raisedAt = Date.parse("2026-11-20T12:34:56Z");

test("tokens are twelve characters and differ", () => {
  const tokens = Array.from({ length: 1_000 }, () => newToken(raisedAt));
  expect(new Set(tokens).size).toBe(1_000);
  expect(tokens.filter((token) => /^[\w-]{12}$/.test(token))).toHaveLength(1_000);
});

test("a token tells, to the hour and never too late, when half of its fence's time is over", () => {
  const token = newToken(raisedAt);
  const standMs = 48 * hourMs;
  expect(mayFallSoon(token, standMs, raisedAt)).toBe(false);
  expect(mayFallSoon(token, standMs, raisedAt + 23 * hourMs)).toBe(false);
  expect(mayFallSoon(token, standMs, raisedAt + 24 * hourMs)).toBe(true);
});

test("of a token that tells no time, or one to come, nothing is known", () => {
  expect(mayFallSoon("____abcdefgh", 48 * hourMs, raisedAt)).toBe(true);
  expect(mayFallSoon(newToken(raisedAt + 2 * hourMs), 48 * hourMs, raisedAt)).toBe(true);
});
