import { z } from "zod";

/** Names with how often each occurs. */
export const counts = z.record(z.string(), z.int());

let last = { userId: Number.NaN, tags: [] as readonly string[] };

/** The tag of everything that is made of one user's rows. A user's entries come one after the other: they share the latest. */
export function userTag({ userId }: { userId: number }): readonly string[] {
  if (userId !== last.userId) last = { userId, tags: [`learning:user:${userId}`] };
  return last.tags;
}
