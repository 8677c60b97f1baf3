import { drawBarChart } from "./draw-bar-chart.ts";
import type { StudyReport } from "./read-study-report.ts";

const margin = 72;
const innerWidth = 595 - 2 * margin;
const colours = { title: "#18181b", text: "#3f3f46" };

/** A page of A4 with a user's numbers, a chart of the minutes of each day, and what the user is advised. */
export async function drawStudyReport(report: StudyReport, madeAt: Date): Promise<Buffer> {
  // loaded when the first report is drawn: a process that draws none is spared 30 MB
  const { default: PDFDocument } = await import("pdfkit");
  const title = `Learning analytics of user ${report.userId}`;
  const page = new PDFDocument({ size: "A4", margin, info: { Title: title, Author: "Caretaker", CreationDate: madeAt, ModDate: madeAt } });
  const content = collect(page);
  page.fillColor(colours.title).fontSize(20).text(title);
  page
    .fillColor(colours.text)
    .fontSize(11)
    .text(`${report.days[0]?.date ?? ""} to ${report.lastDay}`)
    .moveDown();
  for (const [name, value] of figures(report)) page.text(`${name}: ${value}`);
  page.moveDown().fillColor(colours.title).fontSize(13).text("Minutes of study by day").moveDown(0.5);
  const chart = { x: margin + 30, y: page.y, width: innerWidth - 30, height: 220 };
  drawBarChart(
    page,
    report.days.map(({ date, minutes }) => ({ label: date.slice(5), value: minutes })),
    chart,
  );
  page
    .fillColor(colours.title)
    .fontSize(13)
    .text("Advice", margin, chart.y + chart.height + 40);
  page.fillColor(colours.text).fontSize(11).moveDown(0.5);
  if (report.recommendations.length > 0) page.list([...report.recommendations], { bulletRadius: 2 });
  else page.text("None for these days.");
  page.end();
  return content;
}

function figures({ days, effectiveness, focus, trend }: StudyReport): [string, string][] {
  const sum = (field: "minutes" | "sessions") => days.reduce((total, day) => total + day[field], 0);
  return [
    ["Days of study", `${days.filter(({ sessions }) => sessions > 0).length} of ${days.length}`],
    ["Sessions", String(sum("sessions"))],
    ["Hours", (sum("minutes") / 60).toFixed(1)],
    ["Effectiveness, 1 to 5", effectiveness.toFixed(2)],
    ["Focus, 0 to 1", focus.toFixed(2)],
    ["Trend", trend],
  ];
}

async function collect(page: PDFKit.PDFDocument): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of page as unknown as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
