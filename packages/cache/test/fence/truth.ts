import type { Redis } from "ioredis";
import { z } from "zod";
import { defineEntry } from "../../src/entry.ts";

/** How long a process may serve what it was not told about, in this trial. */
export const memoryTtlMs = 1_500;

/** Few keys, so that processes meet on them. */
export const ids = ["a", "b", "c", "d", "e", "f"] as const;

/** Now, on a clock that all processes of this machine share, ms. */
export const clock = () => Number(process.hrtime.bigint()) / 1e6;

/** What is true: a version for each id, in a Redis that nothing happens to, and two entries that have it, one with tags and one without. Loads are mostly quick, and some are very slow. */
export function createTruth(redis: Redis, random: () => number) {
  const keyOf = (id: string) => `truth:${id}`;
  async function read(wanted: readonly string[]): Promise<number[]> {
    const versions = (await redis.mget(wanted.map(keyOf))).map(Number);
    const chance = random();
    if (chance < 0.3) await new Promise((resolve) => setTimeout(resolve, chance < 0.02 ? 200 * random() : 5 * random()));
    return versions;
  }
  const facts = {
    params: z.object({ id: z.string() }),
    value: z.number(),
    ttl: "3s",
    memoryTtl: `${memoryTtlMs}ms`,
    loadMany: (sets: readonly { id: string }[], _context: object) => read(sets.map(({ id }) => id)),
  } as const;
  const tagged = defineEntry({ ...facts, name: "tagged", key: "version:{id}", tags: ({ id }) => [`id:${id}`, "all"] });
  const own = defineEntry({ ...facts, name: "own", key: "own:{id}" });
  return { entries: [tagged, own] as const, tagsOf: (id: string) => [`id:${id}`, `own:${id}`], read, update: (id: string) => redis.incr(keyOf(id)) };
}
