import { type AnyEntry, type Db, type DemoFacts, type Domain, type Engine, fillDemo, findEntry, type LoadContext } from "@caretaker/engine";
import { startStack } from "@caretaker/stack";
import { type BenchmarkResult, compare, median } from "./measure.ts";
import { openEngine } from "./open-engine.ts";

const runs = 5;
const limitMs = 100;
const say = (text: string) => process.stderr.write(`${text}\n`);
let asOf = new Date();

/** How many times the demo's rows make 100 times the real ones: 100,000 schools, 11,400,000 bars. */
const scales: Readonly<Record<string, number>> = { schools: 100, stocks: Number(process.argv[3]) || 200, checkins: 1 };

/** What is read most, and what is hardest, of each domain. */
const reads: readonly (readonly [metric: string, entry: string, params: object])[] = [
  ["list", "schools.primary-list", {}],
  ["list of a district", "schools.primary-list", { district: "港岛（中西区）" }],
  [
    "list, all filters",
    "schools.primary-list",
    { district: "沙田", category: "资助", gender: "男女", religion: "基督教", schoolNet: "41", teachingLanguage: "中文" },
  ],
  ["list, a keyword", "schools.primary-list", { keyword: "wah san" }],
  ["list, no such keyword", "schools.secondary-list", { keyword: "nowhere" }],
  ["list, last page", "schools.secondary-list", { page: 2_500 }],
  ["list of a group", "schools.secondary-list", { schoolGroup: "1A", district: "九龙城" }],
  ["filters", "schools.primary-filters", {}],
  ["school stats", "schools.secondary-stats", {}],
  ["school", "schools.primary-detail", { schoolNo: "900000000077" }],
  ["quote", "stocks.quote", { code: "XABC" }],
  ["info", "stocks.info", { code: "XABC" }],
  ["analysis", "stocks.analysis", { code: "XABC" }],
  ["hot list", "stocks.hot-list", { limit: 100 }],
  ["screen", "stocks.screen", {}],
  ["screen, rare", "stocks.screen", { peBelow: -4.9, pbBelow: 1, industry: "Energy" }],
  ["screen, none", "stocks.screen", { industry: "nothing" }],
  ["projects", "checkins.projects", { scope: "ongoing" }],
  ["project", "checkins.project-info", { projectId: "large" }],
  ["project stats", "checkins.project-stats", { projectId: "large" }],
  ["… without bots", "checkins.project-stats", { projectId: "large", excludeBots: true }],
  ["daily stats", "checkins.daily-stats", { projectId: "large", date: asOf.toISOString().slice(0, 10) }],
  ["continuous board", "checkins.leaderboard", { projectId: "large", type: "continuous" }],
  ["accumulated board", "checkins.leaderboard", { projectId: "large", type: "accumulated" }],
  ["… without bots", "checkins.leaderboard", { projectId: "large", type: "accumulated", excludeBots: true }],
  ["topics", "checkins.topics", { projectId: "large" }],
];

/** 2,000,000 check-ins of one project's 50,000 members. */
const largeProject = [
  "insert into projects (id, title, start_date) values ('large', 'Large', current_date - 400)",
  "insert into project_members (project_id, user_id, name, joined_at, is_bot) select 'large', 'u' || u, 'Member ' || u, now() - interval '400 days', u % 500 = 0 from generate_series(1, 50000) u",
  `insert into checkins (project_id, topic_id, user_id, created_at, title)
    select 'large', 'l' || n, 'u' || 1 + hashint8(n)::bigint % 25000 + 25000 * (n % 2), now() - ((n / 5000) || ' days')::interval - ((n % 1400) || ' minutes')::interval, 'Day'
    from generate_series(1, 2000000) n`,
];

/** Every list and screen loaded from PostgreSQL at 100 times the real rows, each against the 100 ms it may take; plans go to stderr. */
export async function run(): Promise<BenchmarkResult> {
  await using stack = await startStack();
  await using engine = await openEngine(stack, "producer");
  await fill(engine);
  asOf = new Date();
  const results = [];
  for (const [metric, name, params] of reads) {
    const [domain, entry] = entryOf(engine, name);
    const full = (entry.params.safeParse({ ...domain.warmup.defaults?.[name]?.(asOf), ...params }) as { data: object }).data;
    say(`\n${name} ${JSON.stringify(params)}${await plansOf(engine.db, entry, full)}`);
    const figures = [];
    for (let run = 0; run <= runs; run += 1) {
      const began = performance.now();
      await load(engine.db, entry, full);
      if (run > 0) figures.push(performance.now() - began);
    }
    results.push(compare(`${domain.name}: ${metric}`, "ms", median(figures), limitMs, "what it may take"));
  }
  return { name: "screens", runs, results };
}

async function fill({ domains, db }: Engine): Promise<void> {
  for (const { name, demo } of domains) {
    const scale = scales[name];
    if (!demo || !scale) continue;
    say(`filling ${name}: ${JSON.stringify((await fillDemo(db, demo as DemoFacts, asOf, scale)).tables)}`);
  }
  say("filling a project with 2,000,000 check-ins");
  for (const statement of largeProject) await db.pool.query(statement);
  await db.pool.query("vacuum analyze checkins, project_members, checkin_standings");
}

function entryOf({ domains }: Engine, name: string): [Domain, AnyEntry] {
  const domain = domains.find((each) => name.startsWith(`${each.name}.`)) as Domain;
  return [domain, findEntry(domain, name.slice(domain.name.length + 1)) as AnyEntry];
}

const load = (db: Db, entry: AnyEntry, params: object) => {
  const context: LoadContext = { db, asOf };
  return entry.source.load([entry.request(params, context)], context);
};

/** The nodes of the plans by which PostgreSQL answers a load. */
async function plansOf(db: Db, entry: AnyEntry, params: object): Promise<string> {
  const plans: string[] = [];
  const watched: Db = {
    ...db,
    async rows(statement, values) {
      const { rows } = await db.pool.query<{ "QUERY PLAN": string }>(`explain (analyze, costs off, timing off) ${statement.text}`, [...values]);
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return db.rows(statement, values);
    },
  };
  await load(watched, entry, params);
  return `\n${plans.join("\n")}`;
}
