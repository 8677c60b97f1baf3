import type { Calendar, CalendarDate } from "@caretaker/engine";

/** Days before its end from which on a window's deadline is near. */
const deadlineDays = 7;

export const applicationStatuses = ["none", "closed", "open", "deadline"] as const;
export type ApplicationStatus = (typeof applicationStatuses)[number];

/** Whether a school takes applications on a day; both ends of its window are in it, and an end that is not known is open. */
export function applicationStatus(
  { applicationStart: start, applicationEnd: end }: { applicationStart: CalendarDate | null; applicationEnd: CalendarDate | null },
  today: CalendarDate,
  calendar: Calendar,
): ApplicationStatus {
  if (start === null && end === null) return "none";
  if ((start !== null && today < start) || (end !== null && today > end)) return "closed";
  return end !== null && end <= calendar.plusDays(today, deadlineDays) ? "deadline" : "open";
}
