import { once } from "node:events";
import { createServer } from "node:http";
import { queueName } from "@caretaker/contracts";
import { createDomains } from "@caretaker/domains";
import { type AuditLog, createAuditLog, createDb, createQueueRedis, createQueues, type Db, migrate } from "@caretaker/engine";
import { createLogger } from "@caretaker/service";
import { startRedis, temporaryFolder } from "@caretaker/stack";
import { testDatabase } from "@caretaker/stack/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createVisitor, type Visitor } from "../test/visitor.ts";
import { createApp } from "./app.ts";
import { createOutageLog } from "./outage-log.ts";

const hour = 3_600_000;
const started = new AsyncDisposableStack();
const users = [
  { name: "anna", role: "operator", secret: "s3cret:with:colons" },
  { name: "ben", role: "viewer", secret: "only-looking" },
] as const;

let now = Date.now();
let queues: ReturnType<typeof createQueues>;
let visit: () => Visitor;

/** Serves the board and resolves to its URL. */
async function serve(redis: ReturnType<typeof createQueueRedis>, boardUsers: Parameters<typeof createApp>[0]["users"] = users): Promise<string> {
  const log = createLogger("board", "silent");
  const session = { secret: "a secret of these tests", ms: hour };
  const app = createApp({
    domains: createDomains(),
    queues,
    redis,
    db,
    audit,
    outage: createOutageLog(log),
    users: boardUsers,
    session,
    log,
    clock: () => now,
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  started.defer(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

let redis: ReturnType<typeof createQueueRedis>;
let db: Db;
let audit: AuditLog;

beforeAll(async () => {
  const server = started.use(await startRedis({ dir: temporaryFolder() }));
  redis = started.adopt(
    createQueueRedis(server.url, "producer", () => {}),
    (connection) => connection.disconnect(),
  );
  await once(redis, "ready");
  queues = createQueues(redis, "{board}");
  db = started.use(createDb({ url: started.use(await testDatabase()).url }));
  await migrate(db);
  audit = started.use(createAuditLog(db));
  const url = await serve(redis);
  visit = () => createVisitor(url);
});

afterAll(() => started.disposeAsync());

const operator = async () => visit().signIn("anna", "s3cret:with:colons");
const viewer = async () => visit().signIn("ben", "only-looking");

test("nothing but the form and /healthz is served before signing in", async () => {
  const visitor = visit();
  const page = await visitor.page("/queue/warmup?status=failed");
  expect([page.status, page.headers.get("location")]).toEqual([302, `/sign-in?next=${encodeURIComponent("/queue/warmup?status=failed")}`]);
  for (const path of ["/static/favicon.ico", "/static/locales/en-US/messages.json", "/api/queues", "/nowhere", "/sign-out"]) {
    const answer = await visitor.get(path);
    expect([path, answer.status, await answer.json()]).toEqual([path, 401, expect.objectContaining({ code: "unauthorized" })]);
  }
  expect((await visitor.change("PUT", "/api/queues/pause")).status).toBe(401);
  expect(await (await visitor.get("/healthz")).json()).toEqual({ status: "ok" });
});

test("a wrong name and a wrong secret are refused alike", async () => {
  const [wrongSecret, wrongName] = await Promise.all([visit().post("anna", "wrong"), visit().post("nobody", "wrong")]);
  expect([wrongSecret.status, wrongName.status]).toEqual([401, 401]);
  expect((await wrongSecret.text()).replaceAll("anna", "")).toBe((await wrongName.text()).replaceAll("nobody", ""));
});

test("signing in leads back to the page that was asked for, with a cookie for this site alone", async () => {
  const answer = await visit().post("anna", "s3cret:with:colons", "/queue/warmup");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/queue/warmup"]);
  const cookies = answer.headers.getSetCookie();
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies) expect(cookie).toMatch(/samesite=strict; httponly/);
});

test("a form that is no sign-in is refused like a wrong one", async () => {
  const visitor = visit();
  for (const body of ["", "name=anna&name=ben", "name[x]=1&secret[]=2", "%"]) {
    expect((await visitor.change("POST", "/sign-in", body)).status).toBe(401);
  }
  expect((await visitor.change("POST", "/sign-in", `name=${"x".repeat(9_000)}`)).status).toBe(413);
});

test("a session ends in time, by signing out, and with a cookie that somebody wrote", async () => {
  const anna = await operator();
  expect((await anna.get("/api/queues")).status).toBe(200);
  now += hour;
  expect((await anna.get("/api/queues")).status).toBe(401);
  now -= hour;
  expect((await anna.get("/api/queues")).status).toBe(200);
  await anna.change("POST", "/sign-out");
  expect((await anna.get("/api/queues")).status).toBe(401);
  const forged = Buffer.from(JSON.stringify({ name: "anna", until: now + hour })).toString("base64");
  expect((await visit().with(`caretaker-board=${forged}; caretaker-board.sig=nonsense`).get("/api/queues")).status).toBe(401);
});

test("a session ends when the users are changed, even under the same signing secret", async () => {
  const changed = await serve(redis, [{ ...users[0], secret: "another one" }]);
  const anna = await operator();
  expect((await createVisitor(changed).with(anna.cookies()).get("/api/queues")).status).toBe(401);
});

test("an operator changes things, a viewer does not", async () => {
  const [anna, ben] = [await operator(), await viewer()];
  expect((await ben.change("PUT", "/api/queues/warmup/pause")).status).toBe(403);
  expect((await ben.change("PUT", "/api/queues/pause")).status).toBe(403);
  expect(await queues.warmup.isPaused()).toBe(false);
  expect((await anna.change("PUT", "/api/queues/warmup/pause")).status).toBe(200);
  expect(await queues.warmup.isPaused()).toBe(true);
  await anna.change("PUT", "/api/queues/warmup/resume");
  expect(await queues.warmup.isPaused()).toBe(false);
});

test("viewers get every queue read-only, operators with all that can be done", async () => {
  const readOnly = async (visitor: Visitor) => {
    const { queues: list } = (await (await visitor.get("/api/queues")).json()) as { queues: { name: string; readOnlyMode: boolean }[] };
    return Object.fromEntries(list.map(({ name, readOnlyMode }) => [name, readOnlyMode]));
  };
  const every = (value: boolean) => Object.fromEntries(queueName.options.map((name) => [name, value]));
  expect(await readOnly(await viewer())).toEqual(every(true));
  expect(await readOnly(await operator())).toEqual(every(false));
});

test.each(["http://evil.example", "http://127.0.0.1:1", "null", "not a URL", null])("a change from %s is refused", async (origin) => {
  const anna = await operator();
  for (const [method, path] of [
    ["PUT", "/api/queues/warmup/pause"],
    ["POST", "/sign-out"],
    ["POST", "/sign-in"],
    ["DELETE", "/"],
  ] as const) {
    expect((await anna.from(origin).change(method, path)).status).toBe(403);
  }
  expect(await queues.warmup.isPaused()).toBe(false);
});

test("every answer forbids frames, scripts from elsewhere and keeping a copy", async () => {
  const anna = await operator();
  for (const path of ["/", "/sign-in", "/api/queues", "/nowhere"]) {
    const { headers } = await anna.get(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});

test("what can't be read or isn't there is answered without a stack", async () => {
  const anna = await operator();
  const answers = [
    [404, await anna.get("/nowhere")],
    [404, await anna.page("/nowhere")],
    [400, await anna.get("/queue/%E0%A4%A")],
    [400, await anna.get("/api/queues?activeQueue=%25E0%25A4%25A")],
    [400, await anna.change("POST", "/api/queues/warmup/add", "{", "application/json")],
  ] as const;
  for (const [status, answer] of answers) {
    const text = await answer.text();
    expect([answer.status, text]).toEqual([status, expect.not.stringMatching(/node_modules|\.ts:|\.js:/)]);
  }
});

test("an address that fails too often is kept waiting, with the right secret too", async () => {
  const url = await serve(redis);
  for (let attempt = 0; attempt < 10; attempt++) expect((await createVisitor(url).post("anna", "wrong")).status).toBe(401);
  const refused = await createVisitor(url).post("anna", "s3cret:with:colons");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
  now += 60_001;
  expect((await createVisitor(url).post("anna", "s3cret:with:colons")).status).toBe(303);
});

test("every change is noted with who made it, to what, and what came of it", async () => {
  await audit.flush();
  await db.pool.query("truncate audit_log");
  const [anna, ben] = [await operator(), await viewer()];
  await anna.change("PUT", "/api/queues/warmup/pause");
  await anna.change("PUT", "/api/queues/warmup/resume");
  await ben.change("PUT", "/api/queues/warmup/pause");
  await anna.change("PUT", "/api/queues/nowhere/pause");
  await anna.from("http://evil.example").change("PUT", "/api/queues/warmup/pause");
  await anna.get("/api/queues");
  await audit.flush();
  const { rows } = await db.pool.query("select who, role, method, route, params, status from audit_log order by at");
  const route = "/api/queues/:queueName/pause";
  expect(rows).toEqual([
    { who: "anna", role: "operator", method: "PUT", route, params: { queueName: "warmup" }, status: 200 },
    { who: "anna", role: "operator", method: "PUT", route: route.replace("pause", "resume"), params: { queueName: "warmup" }, status: 200 },
    { who: "ben", role: "viewer", method: "PUT", route: "/api/queues/warmup/pause", params: {}, status: 403 },
    { who: "anna", role: "operator", method: "PUT", route, params: { queueName: "nowhere" }, status: 404 },
    { who: "anna", role: "operator", method: "PUT", route: "/api/queues/warmup/pause", params: {}, status: 403 },
  ]);
});

test("history is that of the runs, and 503 while PostgreSQL is away", async () => {
  await db.pool.query(`
    insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, finished_at, outcome, final)
    select queue, n, 'learning.warmup', 'learning', '{}', 1, '2026-01-05T10:30:00Z'::timestamptz + n * interval '20 minutes', now(), outcome, true
    from generate_series(1, 4) n, (values ('warmup', 'completed'), ('archive', 'failed')) kind (queue, outcome)`);
  const anna = await operator();
  const ask = async (query: string) => {
    const range = `from=${Date.parse("2026-01-05T00:00:00Z")}&to=${Date.parse("2026-01-06T00:00:00Z")}`;
    return (await anna.get(`/api/metrics/history?${range}&${query}`)).json();
  };
  const at = (time: string) => Date.parse(`2026-01-05T${time}:00Z`);
  expect(await ask("granularity=hour&queue=warmup")).toEqual({
    completed: [
      { ts: at("10:00"), value: 1 },
      { ts: at("11:00"), value: 3 },
    ],
    failed: [],
  });
  expect(await ask("granularity=day")).toEqual({ completed: [{ ts: at("00:00"), value: 4 }], failed: [{ ts: at("00:00"), value: 4 }] });
  await db.pool.query("alter table job_runs rename to away");
  expect(await ask("granularity=day")).toMatchObject({ code: "database_unavailable" });
  await db.pool.query("alter table away rename to job_runs");
});
