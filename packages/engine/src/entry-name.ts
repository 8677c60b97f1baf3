import type { AnyEntry, Domain } from "./domain.ts";

/** An entry's name within its domain: `daily-stats` of `learning.daily-stats`. */
export const shortName = (entry: AnyEntry): string => entry.name.slice(entry.name.indexOf(".") + 1);

/** The entry of a domain by the name that callers use, or `undefined`. */
export const findEntry = (domain: Domain, name: string): AnyEntry | undefined => domain.entries.find((entry) => shortName(entry) === name);
