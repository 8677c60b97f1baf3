import { z } from "zod";

/** Names with how often each occurs. */
export const counts = z.record(z.string(), z.int());

/** The tag of everything that is made of one user's rows. */
export const userTag = ({ userId }: { userId: number }): string[] => [`learning:user:${userId}`];
