import { type AnyEntry, type Engine, findEntry } from "@caretaker/engine";
import { type Stack, startStack } from "@caretaker/stack";
import { type BenchmarkResult, compare, inTurn, median, secondsOf } from "./measure.ts";
import { openEngine } from "./open-engine.ts";

const runs = 7;
const inserts = 3_000;
const [users, sessions] = [5_000, 100_000];
/** How soon a change has to be seen by readers of every process. */
const visibleWithinMs = 1_000;
const today = new Date().toISOString().slice(0, 10);

/** What it costs a writer that changes are noted, and how long it takes until readers of another process see one. */
export async function run(): Promise<BenchmarkResult> {
  await using stack = await startStack();
  await using engine = await openEngine(stack, "producer");
  const single = await withAndWithout(engine, empty, insertOneByOne);
  const bulk = await withAndWithout(engine, fill, updateAll);
  return {
    name: "changes",
    runs,
    results: [
      compare("insert", "µs", single.noted, single.not, "without capture"),
      compare("bulk-update", "s", bulk.noted, bulk.not, "without capture"),
      compare("visible", "ms", await untilSeen(stack, engine), visibleWithinMs, "what is allowed"),
    ],
  };
}

type Work = (engine: Engine) => Promise<unknown>;

/** The figures of some work while changes of the table are noted, and while they are not. */
function withAndWithout(engine: Engine, prepare: Work, work: (engine: Engine) => Promise<number>) {
  const measured = async (state: "enable" | "disable") => {
    await engine.db.pool.query("alter table study_sessions disable trigger user");
    await prepare(engine);
    await engine.db.pool.query(`truncate change_outbox; alter table study_sessions ${state} trigger user`);
    return work(engine);
  };
  return inTurn({ noted: () => measured("enable"), not: () => measured("disable") }, runs);
}

const empty: Work = ({ db }) => db.pool.query("truncate study_sessions");

const fill: Work = ({ db }) =>
  db.pool.query(
    `truncate study_sessions;
    insert into study_sessions (user_id, start_time, duration_minutes) select 1 + g % ${users}, now() - g % 40 * interval '1 day', 30 from generate_series(1, ${sessions}) g`,
  );

/** Microseconds for one row, each a transaction of its own, as services write them. */
async function insertOneByOne({ db }: Engine): Promise<number> {
  const statement = {
    name: "bench-insert",
    text: `insert into study_sessions (user_id, start_time, end_time, duration_minutes, effectiveness_rating, focus_score, learning_environment, device_type)
      values ($1, now(), now(), 30, 4, 0.8, 'home', 'laptop')`,
  };
  const seconds = await secondsOf(async () => {
    for (let row = 0; row < inserts; row += 1) await db.rows(statement, [1 + (row % users)]);
  });
  return (seconds * 1_000_000) / inserts;
}

/** Seconds for one statement on all rows; it may leave one row of the outbox for each user. */
async function updateAll({ db }: Engine): Promise<number> {
  const seconds = await secondsOf(() => db.pool.query("update study_sessions set duration_minutes = duration_minutes + 1"));
  const { rows } = await db.pool.query<{ noted: number }>("select count(*)::int as noted from change_outbox");
  if (![0, users].includes(rows[0]?.noted ?? -1)) throw new Error(`a bulk update left ${rows[0]?.noted} rows in the outbox`);
  return seconds;
}

/** Milliseconds from a commit until a reader of another process gets what it changed; median of some. */
async function untilSeen(stack: Stack, writer: Engine): Promise<number> {
  await using reader = await openEngine(stack, "producer");
  await using relay = reader.relay();
  await relay.ready;
  await writer.db.pool.query(`truncate study_sessions; alter table study_sessions enable trigger user;
    insert into users (id, email, username) values (7, '7@example.org', '7'); insert into study_sessions (user_id, start_time) values (7, now())`);
  const entry = findEntry(reader.domains[0] as Engine["domains"][number], "daily-stats") as AnyEntry;
  const seen = async () => ((await reader.cache.get(entry, { userId: 7, date: today })).value as { totalDuration: number }).totalDuration;
  const waits: number[] = [];
  for (let minutes = 1; minutes <= 50; minutes += 1) {
    await writer.db.pool.query("update study_sessions set duration_minutes = $1", [minutes]);
    const seconds = await secondsOf(async () => {
      while ((await seen()) !== minutes) await new Promise(setImmediate);
    });
    waits.push(seconds * 1_000);
  }
  return median(waits);
}
