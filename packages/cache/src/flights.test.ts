import { expect, test } from "vitest";
import { type Flight, Flights } from "./flights.ts";

const flight = (key: string, ...tags: string[]): Flight => ({
  key,
  tags,
  state: "current",
  join: () => Promise.reject(new Error("nobody joins it here")),
});
const states = (...flights: Flight[]) => flights.map(({ state }) => state);

test("each read that is under way is found until it lands, those that started together too", () => {
  const flights = new Flights();
  const [a, b, c] = [flight("a"), flight("b"), flight("c")];
  const [first, second] = [[a, b], [c]];
  flights.start(first);
  flights.start(second);
  expect([a, b, c].map(({ key }) => flights.find(key))).toEqual([a, b, c]);
  flights.land(first);
  expect([flights.find("a"), flights.find("c"), flights.any]).toEqual([undefined, c, true]);
  flights.land(second);
  expect(flights.any).toBe(false);
});

test("a read replaces an earlier one of its key, also one of those that it started with, and what lands leaves later ones alone", () => {
  const flights = new Flights();
  const [twin, other, later] = [flight("a"), flight("a"), flight("a")];
  const both = [twin, other];
  flights.start(both);
  flights.start([later]);
  flights.land(both);
  expect(states(twin, other, later)).toEqual(["replaced", "replaced", "current"]);
  expect(flights.find("a")).toBe(later);
});

test("those that end are found no more: all of a tag are invalidated, all of a key replaced", () => {
  const flights = new Flights();
  const [tagged, twin, other] = [flight("a", "tag"), flight("a", "tag"), flight("b")];
  flights.start([tagged, twin, other]);
  flights.end({ tags: ["tag"] });
  expect([flights.find("a"), flights.find("b")]).toEqual([undefined, other]);
  expect(states(tagged, twin, other)).toEqual(["replaced", "invalidated", "current"]);
  flights.end({ keys: ["a", "b"] });
  expect(states(twin, other)).toEqual(["replaced", "replaced"]);
  const last = flight("c");
  flights.start([last]);
  flights.endAll();
  expect([last.state, flights.any]).toEqual(["invalidated", false]);
});
