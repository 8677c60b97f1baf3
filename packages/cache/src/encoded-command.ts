import { Command } from "ioredis";

/** A command that is encoded already; `key` says which node of a cluster it is for. */
export class EncodedCommand extends Command {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, key: string) {
    super("eval", ["", "1", key]);
    this.#bytes = bytes;
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}
