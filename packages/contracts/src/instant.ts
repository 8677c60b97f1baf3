import { z } from "zod";

/** An instant as ISO 8601 text with an offset (`2026-03-29T01:30:00Z`, `…+08:00`); a date that doesn't exist is refused. */
export const instant = z.iso.datetime({ offset: true, error: "not an ISO 8601 instant such as 2026-03-29T01:30:00Z", abort: true });

/** A calendar date, `YYYY-MM-DD`, that exists. */
export const calendarDate = z.iso.date({ error: "not a date that exists: write YYYY-MM-DD", abort: true });
