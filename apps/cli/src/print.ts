/** Writes a result on stdout: one line of JSON, or `text` for people. */
export function print(result: unknown, { json }: { json?: boolean }, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text()}\n`);
}

/** Rows of two columns, the first one padded. */
export function table(rows: readonly (readonly [string, unknown])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
