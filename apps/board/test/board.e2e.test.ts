import { queueName } from "@caretaker/contracts";
import { createDomains } from "@caretaker/domains";
import { createDb, describeQueues, migrate } from "@caretaker/engine";
import { startRedis, temporaryFolder } from "@caretaker/stack";
import { launchBrowser } from "@caretaker/stack/browser";
import { testDatabase } from "@caretaker/stack/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LearningJobs, runLearningJobs } from "./learning-jobs.ts";
import { spawnBoard } from "./spawn-board.ts";

/** What shows as an element where text is taken for HTML. */
const hostile = '<img src="x" alt="planted" onerror="window.planted = true"><script>window.planted = true</script>';
const prefix = "{board-e2e}";
const started = new AsyncDisposableStack();
let browser: Browser;
let jobs: LearningJobs;
let url: string;
let db: ReturnType<typeof createDb>;

beforeAll(async () => {
  const redis = started.use(await startRedis({ dir: temporaryFolder() }));
  jobs = started.use(await runLearningJobs(redis.url, prefix, hostile));
  const database = started.use(await testDatabase());
  db = started.use(createDb({ url: database.url }));
  await migrate(db);
  url = await started.use(spawnBoard({ DATABASE_URL: database.url, REDIS_URL: redis.url, QUEUE_PREFIX: prefix })).url();
  browser = started.adopt(await launchBrowser(), (open) => open.close());
});

afterAll(() => started.disposeAsync());

/** A window of its own, with no cookies, that the test closes. */
async function openPage(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ baseURL: url, ...options });
  const page = await context.newPage();
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Secret").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Sends a request as a script of the page does, and resolves to its status. */
const send = (page: Page, method: string, path: string) =>
  page.evaluate(async ([method, path]) => (await fetch(path as string, { method: method as string })).status, [method, path]);

test("a wrong secret is refused with a message, on a page that works without scripts", async () => {
  await using page = await openPage({ javaScriptEnabled: false });
  await page.goto("/queue/warmup");
  await signIn(page, "anna", "wrong");
  await expect.poll(() => page.getByRole("alert").textContent()).toBe("Name or secret is wrong.");
  expect(await page.getByLabel("Name").inputValue()).toBe("anna");
  await signIn(page, "anna", "s3cret:with:colons");
  await page.waitForURL("/queue/warmup");
});

test("an operator sees a warm-up with its result, and the schedule with its next run", async () => {
  await using page = await openPage();
  await page.goto(`/queue/warmup/${jobs.completedId}`);
  await signIn(page, "anna", "s3cret:with:colons");
  await page.getByText("learning.warmup").waitFor();
  const job = await page.getByRole("main").innerText();
  expect(job.replaceAll(/\s+/g, "")).toContain("returnValue:{targets:3,written:3,skipped:0,failed:0}");
  expect(job).toContain("by worker-1");

  await page.goto("/job-schedulers");
  const row = page.getByRole("row").filter({ hasText: "learning.precompute-active" });
  await row.waitFor();
  expect(await row.innerText()).toMatch(/warmup\s+every 5m\s+\d+:\d\d:\d\d [AP]M\s+in \d+ minutes?/);
  await row.getByRole("button", { name: "Run now" }).waitFor();
});

test("a viewer sees the same, and nothing to change it with", async () => {
  await using page = await openPage();
  await page.goto("/job-schedulers");
  await signIn(page, "ben", "only-looking");
  const row = page.getByRole("row").filter({ hasText: "learning.precompute-active" });
  await row.waitFor();
  expect(await row.getByRole("button", { name: /run now|edit|remove/i }).count()).toBe(0);
  await page.getByText("Read only").waitFor();

  await page.goto(`/queue/warmup/${jobs.completedId}`);
  await page.getByText("learning.warmup").waitFor();
  expect(await page.getByRole("button", { name: /retry|clean|duplicate|promote|pause|obliterate/i }).count()).toBe(0);
  for (const path of ["/api/queues/warmup/add", "/api/queues/warmup/pause", "/api/queues/pause"]) {
    expect([path, await send(page, "PUT", path), await send(page, "POST", path)]).toEqual([path, 403, 403]);
  }
});

test("a change that another page has the browser send is refused", async () => {
  await using page = await openPage();
  await page.goto("/");
  await signIn(page, "anna", "s3cret:with:colons");
  await page.getByText("Schedulers").waitFor();
  const foreign = await page.request.post("/api/queues/warmup/pause", { headers: { origin: "http://127.0.0.1:1" } });
  expect(foreign.status()).toBe(403);
  expect(await send(page, "PUT", "/api/queues/warmup/pause")).toBe(200);
  expect(await send(page, "PUT", "/api/queues/warmup/resume")).toBe(200);
});

test("signing out ends what the browser may see, static files included", async () => {
  await using page = await openPage();
  await page.goto("/");
  await signIn(page, "anna", "s3cret:with:colons");
  const script = (await page.locator("script[src]").first().getAttribute("src")) as string;
  expect((await page.request.get(`/${script}`)).status()).toBe(200);
  await page.locator("[aria-haspopup=menu]").last().click();
  await page.getByText("Sign out").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Name").waitFor();
  expect((await page.request.get(`/${script}`)).status()).toBe(401);
});

test("the pages run no script and load no style from elsewhere, and none of their own is refused", async () => {
  await using page = await openPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  page.on("pageerror", (error) => refused.push(error.message));
  await page.goto("/queue/warmup");
  await signIn(page, "anna", "s3cret:with:colons");
  await page.getByText("learning.warmup").waitFor();
  expect(refused.filter((text) => !text.includes("https://fonts.googleapis.com"))).toEqual([]);
});

test("what a job's producer or worker wrote is shown as text, whatever it is", async () => {
  await using page = await openPage();
  await page.goto(`/queue/warmup/${jobs.hostileId}`);
  await signIn(page, "anna", "s3cret:with:colons");
  await page.getByText("<img").first().waitFor();
  for (const tab of ["Data", "Progress", "Options", "Logs", "Error"]) {
    await page.getByRole("main").getByText(tab, { exact: true }).first().click();
    await expect.poll(() => page.getByRole("main").innerText()).toContain("<img");
    expect([tab, await page.getByAltText("planted").count()]).toEqual([tab, 0]);
  }
  await page.goto("/queue/warmup?status=failed");
  await page.getByText("<img").first().waitFor();
  expect(await page.getByAltText("planted").count()).toBe(0);
  expect(await page.evaluate(() => "planted" in globalThis)).toBe(false);
});

test("queues say what they are for, and how they did over the last days", async () => {
  await db.pool.query(
    `
    insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, finished_at, outcome, final)
    select queue, n, 'learning.warmup', 'learning', '{}', 1, now() - n * interval '1 hour', now(), 'completed', true
    from generate_series(1, 72) n, unnest($1::text[]) queue`,
    [queueName.options],
  );
  await using page = await openPage();
  await page.goto("/queue/warmup");
  await signIn(page, "ben", "only-looking");
  await page.getByText(describeQueues(createDomains()).warmup).first().waitFor();
  const asked = page.waitForResponse((response) => response.url().includes("/api/metrics/history?"));
  await page.goto("/metrics-history");
  const history = (await (await asked).json()) as { completed: { value: number }[] };
  expect(history.completed.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(0);
});
