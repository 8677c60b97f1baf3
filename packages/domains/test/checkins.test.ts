import { existsSync } from "node:fs";
import { observe } from "@caretaker/engine";
import { createLogger, createTelemetry } from "@caretaker/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importRows, openDomain, rowsOf } from "./open-domain.ts";

const folder = "checkins";
const newest = new Date("2026-08-22T12:00:00Z");
let asOf = newest;

const day = "(created_at at time zone 'Asia/Shanghai')::date";
const today = "($1::timestamptz at time zone 'Asia/Shanghai')::date";
const user = "jsonb_build_object('user_id', m.user_id, 'name', m.name, 'alias', m.alias, 'avatar', m.avatar)";

/** Members' days and runs from all check-ins until `$1` (without robots, if `$2`), written from the formulas. */
const members = `
  own as materialized (select c.* from checkins c join project_members m using (project_id, user_id) where created_at <= $1 and not ($2 and is_bot)),
  days as materialized (select distinct project_id, user_id, ${day} as day from own),
  numbered as (select *, day - (dense_rank() over (partition by project_id, user_id order by day))::int as island from days),
  islands as (select project_id, user_id, max(day) as last, count(*)::int as length from numbered group by project_id, user_id, island),
  totals as (
    select project_id, user_id, (array_agg(length order by last desc))[1] as continuous, sum(length)::int as accumulated, max(last) as last from islands group by 1, 2),
  firsts as (select project_id, user_id, min(created_at) as first from own group by 1, 2),
  members as materialized (select * from totals join firsts using (project_id, user_id))`;

const board = (type: string) => `
  with ${members}, ranked as (select *, rank() over (partition by project_id order by ${type} desc) as rank,
      row_number() over (partition by project_id order by ${type} desc, first, user_id collate "C") as place from members)
  select p.id, (select count(*) from members x where x.project_id = p.id)::int as total,
    coalesce((select jsonb_agg(jsonb_build_object('rank', rank, 'user', ${user}, 'days', ${type}) order by place)
      from ranked r join project_members m using (project_id, user_id) where r.project_id = p.id and place <= 100), '[]') as rankings
  from projects p order by 1`;

const stats = `
  with ${members} select p.id, total_members, total_checkins, today_checkins,
    coalesce(round((select count(*) from members x where x.project_id = p.id and last >= ${today} - 1)::numeric / nullif(total_members, 0), 4), 0)::float8 as continuous_rate,
    coalesce(round(total_checkins::numeric / nullif(total_members, 0), 2), 0)::float8 as avg_checkins_per_member
  from projects p,
    lateral (select count(*)::int as total_members from project_members m where project_id = p.id and joined_at <= $1 and not ($2 and is_bot)) m,
    lateral (select count(*)::int as total_checkins, (count(*) filter (where ${day} = ${today}))::int as today_checkins from own where project_id = p.id) c
  order by 1`;

const daily = `
  with ${members} select p.id, (select count(*) from own where project_id = p.id and ${day} = $3)::int as total_checkins,
    (select count(distinct user_id) from own where project_id = p.id and ${day} = $3)::int as active_members,
    (select count(*) from members x where x.project_id = p.id and (first at time zone 'Asia/Shanghai')::date = $3)::int as new_members
  from projects p order by 1`;

const nothing = !existsSync(rowsOf(folder));
describe.skipIf(nothing)("five projects' rows (skipped where the files are not beside the repository)", () => {
  let all: Awaited<ReturnType<typeof openDomain>>;
  beforeAll(async () => {
    all = await openDomain(folder, () => asOf);
    expect(await importRows(all, folder)).toEqual({
      tables: { projects: { rows: 5, refused: 0 }, project_members: { rows: 4_371, refused: 0 }, checkins: { rows: 16_928, refused: 0 } },
    });
  });
  afterAll(() => all?.[Symbol.asyncDispose]());
  const fresh = async (entry: string, params: object) => {
    await all.engine.cache.clear(folder);
    return { ...((await all.read(entry, params)) as Record<string, unknown>), cached_at: undefined };
  };

  test.for([newest, new Date("2024-05-01T15:59:00Z")])("at %s every board and number is what SQL makes of it", async (instant) => {
    asOf = instant;
    const { query } = all;
    for (const without of [false, true]) {
      const bots = without ? { excludeBots: "true" } : {};
      for (const type of ["continuous", "accumulated"]) {
        for (const { id, ...expected } of await query<{ id: string }>(board(type), [instant, without])) {
          expect(await fresh("leaderboard", { projectId: id, type, ...bots }), `${type} of ${id}`).toEqual({ type, ...expected });
        }
      }
      for (const { id, ...expected } of await query<{ id: string }>(stats, [instant, without])) {
        expect(await fresh("project-stats", { projectId: id, ...bots }), id).toEqual(expected);
      }
      for (const date of ["2018-12-31", "2024-05-01", "2026-08-21", "2027-01-01"]) {
        for (const { id, ...expected } of await query<{ id: string }>(daily, [instant, without, date])) {
          expect(await fresh("daily-stats", { projectId: id, date, ...bots }), `${date} of ${id}`).toEqual({ date, ...expected });
        }
      }
    }
  });

  test("lists, topics and projects are what SQL makes of them", async () => {
    asOf = newest;
    const { query, read } = all;
    const projects = await query<Record<string, unknown>>(
      `
      select id as project_id, title, 'ongoing' as status, (select count(*)::int from project_members where project_id = p.id and joined_at <= $1) as total_members,
        (select count(*)::int from checkins where project_id = p.id and created_at <= $1) as total_checkins from projects p order by id`,
      [asOf],
    );
    expect(await fresh("projects", { scope: "ongoing" })).toEqual({ projects });
    expect(await fresh("projects", { scope: "over" })).toEqual({ projects: [] });
    for (const { project_id: id } of projects) {
      const topics = await query<{ topic: Record<string, unknown> }>(
        `
        select jsonb_build_object('topic_id', topic_id, 'title', title, 'create_time', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'user', ${user}) as topic
        from checkins c join project_members m using (project_id, user_id) where project_id = $1 and created_at <= $2 order by created_at desc, topic_id desc limit 20`,
        [id, asOf],
      );
      expect(await fresh("topics", { projectId: id })).toEqual({ topics: topics.map(({ topic }) => topic) });
    }
    expect(await fresh("project-info", { projectId: 1_141_000_002 })).toEqual({
      project_id: "1141000002",
      title: "taskforcesh/bullmq",
      description: null,
      status: "ongoing",
      start_date: "2018-12-20",
      end_date: null,
      cover_image: null,
    });
    expect(await read("leaderboard", { projectId: "1", type: "continuous" })).toBeNull();
    expect(await read("topics", { projectId: "1" })).toBeNull();
  });

  test("a warm-up of ongoing projects writes their values, and both boards of each", async () => {
    asOf = newest;
    expect(await all.warmUp({ asOf: asOf.toISOString(), force: true })).toMatchObject({ targets: 1 + 5 * 4 + 5 * 2, failed: 0 });
  });
});

test("a member's standing follows every kind of change, in any order", async () => {
  await using all = await openDomain(folder, () => newest);
  const { query } = all;
  await query("insert into projects (id, title, start_date) values ('p', 'P', '2026-01-01')");
  const insert =
    "insert into checkins (project_id, topic_id, user_id, created_at) select 'p', 't' || random(), 'u', d::timestamptz from unnest($1::text[]) d";
  const standing = async () => (await query("select checkins, days, run_days from checkin_standings"))[0];
  await query(insert, [["2026-03-01T10:00:00Z", "2026-03-01T15:59:59Z", "2026-03-03T10:00:00Z"]]);
  expect(await standing()).toEqual({ checkins: 3, days: 2, run_days: 1 });
  await query(insert, [["2026-03-01T16:00:00Z"]]);
  expect(await standing()).toEqual({ checkins: 4, days: 3, run_days: 3 });
  await query("update checkins set created_at = created_at + interval '5 days' where created_at = '2026-03-03T10:00:00Z'");
  expect(await standing()).toEqual({ checkins: 4, days: 3, run_days: 1 });
  await query("delete from checkins where created_at > '2026-03-05'");
  expect(await standing()).toEqual({ checkins: 3, days: 2, run_days: 2 });
  await query("delete from checkins");
  expect(await standing()).toBeUndefined();
});

test("daily numbers follow late and deleted check-ins, and a rebuild finds nothing to change", async () => {
  await using all = await openDomain(folder, () => newest);
  const { query } = all;
  await query("insert into projects (id, title, start_date) values ('p', 'P', '2026-01-01')");
  const insert =
    "insert into checkins (project_id, topic_id, user_id, created_at) select 'p', 't' || random(), $2, d::timestamptz from unnest($1::text[]) d";
  const days = () => query("select day::text, checkins, members, new_members as fresh from checkin_daily order by 1");
  await query(insert, [["2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-03T10:00:00Z"], "u"]);
  await query(insert, [["2026-03-03T10:00:00Z"], "v"]);
  await all.run("analytics", { rebuild: true });
  const rows = [
    { day: "2026-03-02", checkins: 2, members: 1, fresh: 1 },
    { day: "2026-03-03", checkins: 2, members: 2, fresh: 1 },
  ];
  expect(await days()).toEqual(rows);
  await query(insert, [["2026-03-01T15:59:59Z"], "v"]);
  await all.run("analytics", {});
  expect(await days()).toEqual([{ day: "2026-03-01", checkins: 1, members: 1, fresh: 1 }, rows[0], { ...rows[1], fresh: 0 }]);
  await query("delete from checkins where created_at < '2026-03-02'");
  await all.run("analytics", {});
  expect(await days()).toEqual(rows);
  expect(await all.run("analytics", { rebuild: true })).toMatchObject({ rollups: { daily: { rows: 0 } } });
});

test("check-ins of projects that ended long ago are archived, and their boards and numbers stay", async () => {
  await using all = await openDomain(folder, () => newest);
  const { query, read, engine } = all;
  await query(
    "insert into projects (id, title, start_date, end_date) values ('p', 'P', '2024-01-01', '2024-12-31'), ('q', 'Q', '2024-01-01', '2026-01-01')",
  );
  await query("insert into project_members (project_id, user_id, name, joined_at) select p, 'u', 'U', '2024-01-01' from unnest(array['p', 'q']) p");
  await query(
    "insert into checkins (project_id, topic_id, user_id, created_at) select p, p || n, 'u', timestamptz '2024-03-01T00:00:00Z' + n * interval '1 day' from unnest(array['p', 'q']) p, generate_series(1, 10) n",
  );
  const values = async () => {
    await engine.cache.clear(folder);
    return Promise.all([
      read("leaderboard", { projectId: "p", type: "continuous" }),
      read("topics", { projectId: "p" }),
      read("project-stats", { projectId: "p" }),
    ]);
  };
  const before = await values();
  expect(await all.run("archive", { asOf: "2025-12-31T15:59:59Z", dryRun: true })).toMatchObject({ policies: { "ended-projects": { matched: 0 } } });
  expect(await all.run("archive", { asOf: newest.toISOString() })).toMatchObject({ policies: { "ended-projects": { archived: 10 } } });
  expect(await query("select project_id, count(*)::int as n from checkins group by 1")).toEqual([{ project_id: "q", n: 10 }]);
  expect(await values()).toEqual(before);
});

test("a refresh that fails leaves the old values standing, and counts them as failed", async () => {
  await using all = await openDomain(folder, () => newest);
  const { query, read } = all;
  const telemetry = createTelemetry();
  observe(all.engine, createLogger("test", "silent"), telemetry);
  await query("insert into projects (id, title, start_date) values ('p', 'P', '2026-01-01')");
  const before = await read("project-info", { projectId: "p" });
  await query("alter table projects rename column cover_image to cover");
  expect(await all.warmUp({ entries: ["project-info"], scope: { params: [{ projectId: "p" }] }, force: true })).toMatchObject({
    targets: 1,
    written: 0,
    failed: 1,
  });
  expect(await read("project-info", { projectId: "p" })).toEqual(before);
  const { text } = await telemetry.scrape();
  expect(text).toContain('caretaker_warmup_values_total{domain="checkins",outcome="failed"} 1\n');
  expect(text).toContain('caretaker_warmup_success_ratio{domain="checkins"} 0\n');
  expect(text).toContain('cache_hit_ratio{entry="checkins.project-info"} 0.5\n');
});
