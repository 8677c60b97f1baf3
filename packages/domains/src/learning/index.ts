import { type Domain, defineDomain } from "@caretaker/engine";
import { cleanup } from "./cleanup.ts";
import { courseSummary } from "./entries/course-summary.ts";
import { createDailyStats } from "./entries/daily-stats.ts";
import { createGlobalStats } from "./entries/global-stats.ts";
import { createSessionAnalytics } from "./entries/session-analytics.ts";
import { createWeeklyStats } from "./entries/weekly-stats.ts";
import { importFiles } from "./import.ts";
import { schedules } from "./schedules.ts";
import { createStudyCalendar } from "./study-calendar.ts";
import { activeTargets, allTargets } from "./targets.ts";

/** Users study in sessions and progress through courses; days and weeks are those of `tz`, an IANA zone. */
export function createLearning({ tz }: { tz: string }): Domain {
  const calendar = createStudyCalendar(tz);
  const dailyStats = createDailyStats(calendar);
  const weeklyStats = createWeeklyStats(calendar);
  const sessionAnalytics = createSessionAnalytics(calendar);
  const globalStats = createGlobalStats(calendar);
  return defineDomain({
    name: "learning",
    description: "Study sessions and course progress of users",
    entries: [dailyStats, weeklyStats, sessionAnalytics, courseSummary, globalStats],
    warmup: {
      targets: { active: activeTargets, all: allTargets },
      perTarget: [dailyStats, weeklyStats, sessionAnalytics, courseSummary],
      once: [globalStats],
      defaults: {
        [dailyStats.name]: (asOf) => ({ date: calendar.dateOf(asOf) }),
        [weeklyStats.name]: (asOf) => ({ weekStart: calendar.mondayOf(calendar.dateOf(asOf)) }),
      },
    },
    cleanup,
    schedules,
    retry: { attempts: 4, backoff: "60s" },
    importFiles,
  });
}
