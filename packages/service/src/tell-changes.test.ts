import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tellChanges } from "./tell-changes.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a state that flickers is told once, and then what it has come to", () => {
  const told: string[] = [];
  const set = tellChanges<string>((state) => void told.push(state), 1_000);
  set("up");
  for (let times = 0; times < 100; times += 1) {
    set("down");
    set("up");
  }
  vi.advanceTimersByTime(999);
  expect(told).toEqual(["up"]);
  set("down");
  vi.advanceTimersByTime(1);
  expect(told).toEqual(["up", "down"]);
  vi.advanceTimersByTime(1_000);
  set("down");
  expect(told).toEqual(["up", "down"]);
  set("up");
  expect(told).toEqual(["up", "down", "up"]);
});
