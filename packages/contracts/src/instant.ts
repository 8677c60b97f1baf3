import { z } from "zod";

/** An instant as ISO 8601 text with an offset (`2026-03-29T01:30:00Z`, `…+08:00`); a date that doesn't exist is refused. */
export const instant = z.iso.datetime({ offset: true, error: "not an ISO 8601 instant such as 2026-03-29T01:30:00Z" });

/** A calendar date, `YYYY-MM-DD`, that exists. */
export const calendarDate = z.iso.date("not a date that exists: write YYYY-MM-DD");
