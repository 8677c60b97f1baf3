import { hasQuotes, readRows } from "./record-text.ts";
import type { Session } from "./session.ts";
import { nameOf } from "./tally.ts";

/** A user's sessions from his line of what the query of `user-sessions.ts` gives. */
export const readSessions = (line: string): Session[] =>
  hasQuotes(line) ? readRows(line.slice(line.indexOf("("))).map(sessionOf) : new PlainSessions(line).read();

/** The last three fields of a session, which are the same for many: read once and shared. */
interface Circumstances {
  readonly bytes: Buffer;
  readonly environment: string | null;
  readonly device: string | null;
  readonly subject: string | null;
}
/** By the last bits of a hash of their bytes; what has the same ones takes the place of the other. */
const remembered: (Circumstances | undefined)[] = new Array(4_096).fill(undefined);

function readCircumstances(bytes: Buffer): Circumstances {
  const [environment, device, subject] = bytes.toString().split(",");
  return { bytes, environment: nameOf(environment), device: nameOf(device), subject: nameOf(subject) };
}

const [zero, minus, point, comma, open, close] = Buffer.from("0-.,()") as unknown as [number, number, number, number, number, number];
const bytesOfCharacter = 3;
/** Holds the line of a user who is not out of the ordinary. */
const room = Buffer.allocUnsafeSlow(65_536);

/** Sessions without quotes. They are read byte by byte: to take out texts and make numbers of these takes many times as long. */
class PlainSessions {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = 0;

  constructor(line: string) {
    const fits = bytesOfCharacter * line.length <= room.length;
    this.#bytes = fits ? room : Buffer.from(line);
    this.#end = fits ? room.write(line) : this.#bytes.length;
  }

  read(): Session[] {
    while (this.#at < this.#end && this.#bytes[this.#at] !== open) this.#at += 1;
    const sessions: Session[] = [];
    while (this.#at < this.#end) sessions.push(this.#session());
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

  #circumstances(): Circumstances {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]; byte !== close && end < this.#end; byte = bytes[++end]) hash = (31 * hash + (byte as number)) | 0;
    this.#at = end + 1;
    const place = hash & (remembered.length - 1);
    const known = remembered[place];
    if (known && this.#isAt(start, end, known.bytes)) return known;
    const read = readCircumstances(Buffer.from(bytes.subarray(start, end)));
    remembered[place] = read;
    return read;
  }

  #isAt(start: number, end: number, known: Buffer): boolean {
    if (known.length !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#bytes[at] !== known[at - start]) return false;
    return true;
  }

  #number(): number | null {
    let value = 0;
    let sign = 1;
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    for (let byte = bytes[at] as number; byte !== comma && at < this.#end; byte = bytes[++at] as number) {
      if (byte === minus) sign = -1;
      else if (byte !== point) value = value * 10 + byte - zero;
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
