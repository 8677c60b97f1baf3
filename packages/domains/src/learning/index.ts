import { createCalendar, type Domain, defineDomain } from "@caretaker/engine";
import { archive } from "./archive.ts";
import { changes } from "./changes.ts";
import { cleanup } from "./cleanup.ts";
import { createDailyRollup } from "./daily-rollup.ts";
import { createDemo } from "./demo.ts";
import { courseSummary } from "./entries/course-summary.ts";
import { createDailyStats } from "./entries/daily-stats.ts";
import { createGlobalStats } from "./entries/global-stats.ts";
import { createSessionAnalytics } from "./entries/session-analytics.ts";
import { createWeeklyStats } from "./entries/weekly-stats.ts";
import { files } from "./files.ts";
import { createSchedules } from "./schedules.ts";
import type { LearningSettings } from "./settings.ts";
import { activeTargets, allTargets } from "./targets.ts";

/** Users study in sessions and progress through courses; days and weeks are those of a zone. */
export function createLearning({ LEARNING_TZ: tz = "UTC" }: LearningSettings = {}): Domain {
  const calendar = createCalendar(tz);
  const dailyStats = createDailyStats(calendar);
  const weeklyStats = createWeeklyStats(calendar);
  const sessionAnalytics = createSessionAnalytics(calendar);
  const globalStats = createGlobalStats(calendar);
  return defineDomain({
    name: "learning",
    description: "Study sessions and course progress of users",
    entries: [dailyStats, weeklyStats, sessionAnalytics, courseSummary, globalStats],
    warmup: {
      parts: [
        { entries: [dailyStats, weeklyStats, sessionAnalytics, courseSummary], targets: { active: activeTargets, all: allTargets } },
        { entries: [globalStats] },
      ],
      defaults: {
        [dailyStats.name]: (asOf) => ({ date: calendar.dateOf(asOf) }),
        [weeklyStats.name]: (asOf) => ({ weekStart: calendar.mondayOf(calendar.dateOf(asOf)) }),
      },
    },
    changes,
    cleanup,
    archive,
    rollups: [createDailyRollup(calendar)],
    schedules: createSchedules(tz),
    retry: { attempts: 4, backoff: "60s" },
    files,
    demo: createDemo(),
  });
}
