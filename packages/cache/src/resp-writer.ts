const firstSize = 4_096;
const mostBytesOfCharacter = 3;
/** Longest of `$`, a length and two line ends. */
const frame = 24;

/** Writes the arguments of a Redis command (RESP bulk strings) into one buffer, which grows and can be used again. */
export class RespWriter {
  #buffer = Buffer.allocUnsafeSlow(firstSize);
  #end = 0;

  /** What was written; good until the next use. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  get length(): number {
    return this.#end;
  }

  clear(): void {
    this.backTo(0);
  }

  /** Forgets what was written since its length was this. */
  backTo(length: number): void {
    this.#end = length;
  }

  /** An argument of one or two parts. Most have as many bytes as characters: their length is told first and put right if it was wrong. */
  argument(text: string, rest = ""): void {
    const characters = text.length + rest.length;
    this.#reserve(characters * mostBytesOfCharacter + frame);
    const start = this.#end;
    if (this.#write(characters, text, rest) === characters) return;
    this.#end = start;
    this.#write(Buffer.byteLength(text) + Buffer.byteLength(rest), text, rest);
  }

  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#end += bytes.copy(this.#buffer, this.#end);
  }

  /** Writes a text if each of its characters is one byte; answers whether it did. */
  ascii(text: string): boolean {
    this.#reserve(text.length * mostBytesOfCharacter);
    const written = this.#buffer.write(text, this.#end);
    if (written !== text.length) return false;
    this.#end += written;
    return true;
  }

  line(text: string): void {
    this.#reserve(text.length + 2);
    this.#end += this.#buffer.write(`${text}\r\n`, this.#end, "latin1");
  }

  /** Returns the bytes that the parts took. */
  #write(length: number, text: string, rest: string): number {
    const from = this.#end + this.#buffer.write(`$${length}\r\n`, this.#end, "latin1");
    const middle = from + this.#buffer.write(text, from);
    const to = rest === "" ? middle : middle + this.#buffer.write(rest, middle);
    this.#buffer[to] = 13;
    this.#buffer[to + 1] = 10;
    this.#end = to + 2;
    return to - from;
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}
