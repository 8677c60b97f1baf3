import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fileStore } from "@caretaker/engine";
import { temporaryFolder } from "@caretaker/stack";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { expect, test } from "vitest";
import { fillDemo } from "../../src/index.ts";
import { roundMaximum } from "../../src/messaging/reports/draw-bar-chart.ts";
import { testMessaging } from "./test-messaging.ts";

interface Report {
  url: string;
  bytes: number;
}

/** The pages of a PDF as their text and pictures, at 144 pixels an inch. */
async function pagesOf(pdf: Buffer) {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const pages = [];
  for (const page of document.pages()) {
    const text = page.getText();
    const { data, width, height } = await page.render({ scale: 2, render: "bitmap" });
    const isBlue = (x: number, y: number) => (data[(y * width + x) * 4] ?? 255) < 80 && (data[(y * width + x) * 4 + 2] ?? 0) > 200;
    pages.push({ text, width, height, isBlue });
  }
  document.destroy();
  library.destroy();
  return pages;
}

test("a report shows a user's days as text and as bars", async () => {
  await using messaging = await testMessaging({ settings: { REPORTS_DIR: temporaryFolder() } });
  const asOf = new Date("2026-03-31T12:00:00Z");
  await fillDemo(messaging.engine.db, { users: 5, sessionsPerUser: 400, asOf });
  messaging.work();
  const job = await messaging.run({ job: "generate-report", userId: 3, asOf: asOf.toISOString() });
  expect(job).toMatchObject({ state: "completed", result: { days: 30, lastDay: "2026-03-31" }, progress: { current: 3, total: 3 } });
  const { url, bytes } = job.result as Report;
  const stored = await messaging.engine.use(fileStore).read(url.replace("/v1/reports/", ""));
  const pdf = await buffer(stored?.content ?? Readable.from([]));
  expect([stored?.bytes, pdf.length]).toEqual([bytes, bytes]);
  const [page, ...others] = await pagesOf(pdf);
  expect(others).toEqual([]);
  expect(page?.text).toContain("Learning analytics of user 3");
  expect(page?.text).toContain("2026-03-02 to 2026-03-31");
  const { rows } = await messaging.engine.db.pool.query<{ days: number }>(
    `select count(distinct start_time::date)::int as days from study_sessions
     where user_id = 3 and duration_minutes > 0 and start_time >= '2026-03-02' and start_time < '2026-04-01'`,
  );
  expect(rows[0]?.days).toBeGreaterThan(5);
  expect(page && barsOn(page)).toBe(rows[0]?.days);
});

/** The blue bars of a page: of all its rows, the one that crosses most of them crosses all. */
function barsOn({ width, height, isBlue }: { width: number; height: number; isBlue: (x: number, y: number) => boolean }): number {
  const crossed = Array.from({ length: height }, (_, y) => {
    const row = Array.from({ length: width }, (_, x) => isBlue(x, y));
    return row.filter((blue, x) => blue && !row[x - 1]).length;
  });
  return Math.max(...crossed);
}

test("a report of a user whom nobody knows fails at once", async () => {
  await using messaging = await testMessaging();
  messaging.work();
  const job = await messaging.run({ job: "generate-report", userId: 404 });
  expect(job).toMatchObject({ state: "failed", attempts: { made: 1 }, error: "there is no user 404" });
});

test("the scale of a chart ends at a round number", () => {
  expect([0, 4, 17, 100, 101, 230, 480, 700, 801].map(roundMaximum)).toEqual([4, 4, 20, 100, 200, 300, 600, 800, 1_000]);
});
