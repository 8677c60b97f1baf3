/** Where on a page a chart goes, in points. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const colours = { bar: "#2563eb", grid: "#d4d4d8", text: "#52525b" };
const gap = 0.25;
const gridLines = 4;
const labels = 8;

/** The next round number to end a scale with, at least 4. */
export function roundMaximum(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(value, 4)));
  const factor = [1, 2, 3, 4, 6, 8, 10].find((candidate) => candidate * magnitude >= value) ?? 10;
  return Math.max(4, factor * magnitude);
}

/** Draws bars over a grid, with the scale on the left and some of the labels below. */
export function drawBarChart(page: PDFKit.PDFDocument, bars: readonly Bar[], { x, y, width, height }: Box): void {
  const maximum = roundMaximum(Math.max(...bars.map(({ value }) => value)));
  const bottom = y + height;
  page.fontSize(8).lineWidth(0.5);
  for (let line = 0; line <= gridLines; line += 1) {
    const at = bottom - (height * line) / gridLines;
    page
      .moveTo(x, at)
      .lineTo(x + width, at)
      .stroke(colours.grid);
    page.fillColor(colours.text).text(String((maximum * line) / gridLines), x - 44, at - 4, { width: 40, align: "right", lineBreak: false });
  }
  const step = width / bars.length;
  const everyLabel = Math.ceil(bars.length / labels);
  for (const [index, { label, value }] of bars.entries()) {
    const tall = (height * value) / maximum;
    if (tall > 0) page.rect(x + step * (index + gap / 2), bottom - tall, step * (1 - gap), tall).fill(colours.bar);
    if (index % everyLabel === 0) page.fillColor(colours.text).text(label, x + step * index, bottom + 6, { lineBreak: false });
  }
}
