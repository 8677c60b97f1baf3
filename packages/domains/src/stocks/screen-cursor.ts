/** Where a screen goes on: after this stock. */
export interface ScreenCursor {
  readonly marketCap: string | null;
  readonly code: string;
}

const number = /^-?\d+(\.\d+)?$/;

/** A cursor as text that means nothing to its reader. */
export const writeCursor = ({ marketCap, code }: ScreenCursor): string => Buffer.from(JSON.stringify([marketCap, code])).toString("base64url");

/** Reads what `writeCursor` wrote; undefined for anything else. */
export function readCursor(text: string): ScreenCursor | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (!Array.isArray(read) || read.length !== 2) return undefined;
    const [marketCap, code] = read;
    const fits =
      (marketCap === null || (typeof marketCap === "string" && number.test(marketCap))) && typeof code === "string" && !code.includes("\0");
    return fits ? { marketCap, code } : undefined;
  } catch {
    return undefined;
  }
}
