import type { Redis } from "ioredis";
import { EncodedCommand } from "./encoded-command.ts";
import { batchSize } from "./in-batches.ts";
import { RespWriter } from "./resp-writer.ts";
import { mostBytes, type Write } from "./store-batch.ts";

const encoded = (...args: string[]) => Buffer.from(`*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`);
const mute = encoded("CLIENT", "REPLY", "OFF");
const unmute = encoded("CLIENT", "REPLY", "ON");

/**
 * SETs that travel together. Redis answers the last one only: what keeps it from taking a value (it is full, read-only, can't
 * write its disk) keeps it from taking the others.
 */
export class SetBatch {
  readonly #bytes = new RespWriter();
  /** What ends the SET written last, sent with the next one's beginning. */
  #rest = "";
  #last: Write | undefined;
  #count = 0;

  get isFull(): boolean {
    return this.#count >= batchSize || this.#bytes.length >= mostBytes;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  clear(): void {
    this.#bytes.clear();
    this.#rest = "";
    this.#last = undefined;
    this.#count = 0;
  }

  add(write: Write): void {
    if (this.#last) this.#encode(this.#last);
    else this.#bytes.raw(mute);
    this.#last = write;
    this.#count += 1;
  }

  /** Sends them; resolves when Redis has taken them. */
  async sendTo(redis: Redis): Promise<void> {
    const { key, header, text, keepMs } = this.#last as Write;
    this.#bytes.ascii(this.#rest);
    this.#bytes.raw(unmute);
    await Promise.all([redis.sendCommand(new EncodedCommand(this.#bytes.bytes, key)), redis.set(key, header + text, "PX", keepMs)]);
  }

  /** Lengths are written as if characters were bytes, and all of it again if some are not. */
  #encode({ key, header, text, keepMs }: Write): void {
    const ms = String(keepMs);
    const bytes = this.#bytes;
    const from = bytes.length;
    const begin = `${this.#rest}*5\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${header.length + text.length}\r\n${header}`;
    if (bytes.ascii(begin) && bytes.ascii(text)) {
      this.#rest = `\r\n$2\r\nPX\r\n$${ms.length}\r\n${ms}\r\n`;
      return;
    }
    bytes.backTo(from);
    bytes.ascii(this.#rest);
    this.#rest = "";
    bytes.line("*5");
    for (const [argument, rest] of [["SET"], [key], [header, text], ["PX"], [ms]] as [string, string?][]) bytes.argument(argument, rest);
  }
}
