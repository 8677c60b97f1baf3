import { createCalendar, type Domain, defineDomain } from "@caretaker/engine";
import { archive } from "./archive.ts";
import { changes } from "./changes.ts";
import { createDailyRollup } from "./daily-rollup.ts";
import { demo } from "./demo.ts";
import { createDailyStats } from "./entries/daily-stats.ts";
import { leaderboard } from "./entries/leaderboard.ts";
import { createProjectInfo } from "./entries/project-info.ts";
import { createProjectStats } from "./entries/project-stats.ts";
import { createProjects } from "./entries/projects.ts";
import { topics } from "./entries/topics.ts";
import { files } from "./files.ts";
import { tz } from "./project.ts";
import { schedules } from "./schedules.ts";
import { boardsOf, listTargets, projectTargets } from "./targets.ts";

/** Members of projects check in, in public, day after day. */
export function createCheckins(): Domain {
  const calendar = createCalendar(tz);
  const projects = createProjects(calendar);
  const perProject = [createProjectInfo(calendar), createProjectStats(calendar), topics];
  const dailyStats = createDailyStats(calendar);
  return defineDomain({
    name: "checkins",
    description: "Projects whose members check in day after day",
    entries: [projects, ...perProject, dailyStats, leaderboard],
    warmup: {
      parts: [
        { entries: [projects], targets: listTargets },
        { entries: [...perProject, dailyStats], targets: projectTargets(calendar, (projectId) => [{ projectId }]) },
        { entries: [leaderboard], targets: projectTargets(calendar, boardsOf) },
      ],
      defaults: { [dailyStats.name]: (asOf) => ({ date: calendar.dateOf(asOf) }) },
      force: "replace",
    },
    archive,
    rollups: [createDailyRollup(calendar)],
    changes,
    schedules,
    retry: { attempts: 4, backoff: "10s" },
    files,
    demo,
  });
}
