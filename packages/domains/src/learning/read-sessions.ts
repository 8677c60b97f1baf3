import { hasQuotes, readRows } from "./record-text.ts";
import type { Session } from "./session.ts";
import { nameOf } from "./tally.ts";

/** Sessions from the rows that the query of `user-sessions.ts` makes of them. */
export const readSessions = (rows: string): Session[] => (hasQuotes(rows) ? readRows(rows).map(sessionOf) : new PlainSessions(rows).read());

/** The last three fields of a session, which are the same for many: read once and shared. */
interface Circumstances {
  readonly text: string;
  readonly environment: string | null;
  readonly device: string | null;
  readonly subject: string | null;
}
/** By the last bits of a hash of their text; what has the same ones takes the place of the other. */
const remembered: (Circumstances | undefined)[] = new Array(4_096).fill(undefined);

function readCircumstances(text: string): Circumstances {
  const [environment, device, subject] = text.split(",");
  return { text, environment: nameOf(environment), device: nameOf(device), subject: nameOf(subject) };
}

const [zero, minus, point, comma] = ["0", "-", ".", ","].map((character) => character.charCodeAt(0)) as [number, number, number, number];

/** Sessions without quotes, `(…)` a line. Numbers are read digit by digit: to split them off as texts first takes thrice as long. */
class PlainSessions {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Session[] {
    const sessions: Session[] = [];
    while (this.#at < this.#text.length) sessions.push(this.#session());
    return sessions;
  }

  #session(): Session {
    this.#at += 1; // (
    const packed = this.#number() ?? 0;
    const minutes = this.#number() ?? 0;
    const rating = this.#number();
    const focus = this.#number();
    const breaks = this.#number() ?? 0;
    const { environment, device, subject } = this.#circumstances();
    const { startTime, hasEnded, isActive } = unpack(packed);
    return { startTime, hasEnded, isActive, minutes, rating, focus, breaks, environment, device, subject };
  }

  /** To hash some of their characters and compare them in place is faster than to take out a text that a map would hash. */
  #circumstances(): Circumstances {
    const text = this.#text;
    const start = this.#at;
    const end = text.indexOf(")", start);
    this.#at = end + 2; // and the end of the line
    let hash = end - start;
    for (let at = start; at < end; at += 3) hash = (31 * hash + text.charCodeAt(at)) | 0;
    const place = hash & (remembered.length - 1);
    const known = remembered[place];
    if (known && known.text.length === end - start && text.startsWith(known.text, start)) return known;
    const own = Buffer.from(text.slice(start, end)).toString(); // a slice would keep all of the text
    const read = readCircumstances(own);
    remembered[place] = read;
    return read;
  }

  #number(): number | null {
    let value = 0;
    let sign = 1;
    const text = this.#text;
    const start = this.#at;
    let at = start;
    for (let code = text.charCodeAt(at); code !== comma; code = text.charCodeAt(at)) {
      if (code === minus) sign = -1;
      else if (code !== point) value = value * 10 + code - zero;
      at += 1;
    }
    this.#at = at + 1;
    return at === start ? null : sign * value;
  }
}

function sessionOf([packed, minutes, rating, focus, breaks, environment, device, subject]: readonly (string | null | undefined)[]): Session {
  const numberOf = (text: string | null | undefined) => (text ? Number(text.replace(".", "")) : null);
  return {
    ...unpack(Number(packed)),
    ...{ minutes: numberOf(minutes) ?? 0, rating: numberOf(rating), focus: numberOf(focus), breaks: numberOf(breaks) ?? 0 },
    ...{ environment: nameOf(environment), device: nameOf(device), subject: nameOf(subject) },
  };
}

/** The first number is four times a session's start in seconds, plus 2 if it has ended, plus 1 if it is active; the focus score has two decimals. */
function unpack(packed: number): Pick<Session, "startTime" | "hasEnded" | "isActive"> {
  const startTime = Math.floor(packed / 4);
  const flags = packed - 4 * startTime;
  return { startTime, hasEnded: flags >= 2, isActive: flags === 1 || flags === 3 };
}
