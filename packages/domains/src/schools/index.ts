import { createCalendar, type Domain, defineDomain } from "@caretaker/engine";
import { changes } from "./changes.ts";
import { demo } from "./demo.ts";
import { createPrimaryDetail, createSecondaryDetail } from "./entries/detail.ts";
import { primaryFilters, secondaryFilters } from "./entries/filters.ts";
import { primaryList, secondaryList } from "./entries/list.ts";
import { createPrimaryStats, createSecondaryStats } from "./entries/stats.ts";
import { files } from "./files.ts";
import { routes } from "./routes.ts";
import { schedules, tz } from "./schedules.ts";
import { commonTargets } from "./warmup.ts";

/** A public directory of Hong Kong's schools: read very often, changed rarely. */
export function createSchools(): Domain {
  const calendar = createCalendar(tz);
  const stats = [primaryFilters, secondaryFilters, createPrimaryStats(calendar), createSecondaryStats(calendar)];
  const lists = [primaryList, secondaryList];
  return defineDomain({
    name: "schools",
    description: "Directory of primary and secondary schools of Hong Kong",
    entries: [...lists, createPrimaryDetail(calendar), createSecondaryDetail(calendar), ...stats],
    warmup: {
      parts: [
        { entries: [primaryList], targets: commonTargets("primary") },
        { entries: [secondaryList], targets: commonTargets("secondary") },
        { entries: stats },
      ],
      groups: { lists, all: [...lists, ...stats], primary: [primaryList], secondary: [secondaryList], stats },
      force: "replace",
    },
    changes,
    schedules,
    retry: { attempts: 4, backoff: "10s" },
    routes,
    files,
    demo,
  });
}
