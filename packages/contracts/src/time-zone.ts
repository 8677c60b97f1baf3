import { z } from "zod";

/** An IANA time zone, such as `Europe/Berlin`. */
export const timeZone = z.string().refine(isTimeZone, "not a time zone: write one such as UTC or Europe/Berlin");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
