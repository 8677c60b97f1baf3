import { randomUUID } from "node:crypto";
import type { Duration } from "@caretaker/contracts";
import { vi } from "vitest";
import { z } from "zod";
import { defineEntry } from "../src/entry.ts";

export interface ProbeTimes {
  ttl?: Duration;
  memoryTtl?: Duration;
  emptyTtl?: Duration;
  grace?: Duration;
  tiers?: ["memory"];
  warmCheck?: "every" | "first";
}

type Id = { id: string };

/** An entry with a source that a test can watch (`load`) and answer for (`answer`); every answer is new by default. Its tag is `thing:{id}`, or its `own` key. */
export function probe<Value = string>({
  value = z.string() as unknown as z.ZodType<Value>,
  own = false,
  ...times
}: ProbeTimes & { value?: z.ZodType<Value>; own?: boolean } = {}) {
  let count = 0;
  const answer = vi.fn(async ({ id }: Id): Promise<Value | null> => `${id} ${++count}` as Value);
  const load = vi.fn((sets: readonly Id[]) => Promise.all(sets.map((set) => answer(set))));
  const name = `probe-${randomUUID()}`;
  const entry = defineEntry({
    name,
    key: `${name}:{id}`,
    params: z.object({ id: z.string() }),
    value,
    ttl: "1h",
    ...times,
    ...(own ? {} : { tags: ({ id }: Id) => [`thing:${id}`] }),
    loadMany: (sets: readonly Id[], _context: object) => load(sets),
  });
  return { entry, load, answer };
}

/** A load that is under way until the test lets it go. */
export function gate<Value>() {
  const begun = Promise.withResolvers<void>();
  const value = Promise.withResolvers<Value>();
  return {
    /** To be answered with: tells that it began, and waits. */
    async load(): Promise<Value> {
      begun.resolve();
      return value.promise;
    },
    begun: begun.promise,
    open: value.resolve,
    fail: value.reject,
  };
}
