import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { roundRatio } from "@caretaker/engine";
import { z } from "zod";
import { nameOf, Tally } from "../tally.ts";

const value = z.strictObject({
  totalUsers: z.int(),
  sessionsToday: z.int(),
  sessionsThisWeek: z.int(),
  avgSessionDuration: z.number(),
  mostPopularEnvironment: z.string().nullable(),
  mostPopularDevice: z.string().nullable(),
});

type Row = [
  users: number,
  today: number,
  week: number,
  sessions: number,
  minutes: number,
  places: { environment: string | null; device: string | null; sessions: number }[],
];

/** One pass over the covering index for what is about all sessions; today and this week by their own index. */
const statement = {
  name: "learning-global-stats",
  text: `
    with places as materialized (
      select learning_environment as environment, device_type as device, count(*) as sessions, sum(duration_minutes) as minutes
      from study_sessions group by 1, 2
    )
    select (select count(*) from users)::int,
      (select count(*) from study_sessions where start_time >= $1 and start_time < $3)::int,
      (select count(*) from study_sessions where start_time >= $2 and start_time < $3)::int,
      coalesce(sum(sessions), 0)::int, coalesce(sum(minutes), 0)::float8,
      coalesce(json_agg(json_build_object('environment', environment, 'device', device, 'sessions', sessions)), '[]')
    from places`,
};

/** `global-stats`: all users together. */
export const createGlobalStats = (calendar: Calendar) =>
  defineEntry({
    name: "learning.global-stats",
    namespace: "learning",
    key: "learning:global:stats",
    params: z.strictObject({}),
    value,
    ttl: "1h",
    tags: () => ["learning:global"],
    loadMany: (params: readonly object[], context: LoadContext) => Promise.all(params.map(() => globalStats(calendar, context))),
  });

async function globalStats(calendar: Calendar, { db, asOf }: LoadContext): Promise<z.infer<typeof value>> {
  const today = calendar.dateOf(asOf);
  const start = (days: number) => new Date(calendar.startOf(calendar.plusDays(today, days)));
  const [row] = await db.rows<Row>(statement, [start(0), start(-6), start(1)]);
  const [totalUsers, sessionsToday, sessionsThisWeek, sessions, minutes, places] = row ?? [0, 0, 0, 0, 0, []];
  const mostFrequent = (field: "environment" | "device") => {
    const tally = new Tally();
    for (const place of places) tally.add(nameOf(place[field]), place.sessions);
    return tally.mostFrequent;
  };
  return {
    totalUsers,
    sessionsToday,
    sessionsThisWeek,
    avgSessionDuration: roundRatio(minutes, sessions),
    mostPopularEnvironment: mostFrequent("environment"),
    mostPopularDevice: mostFrequent("device"),
  };
}
