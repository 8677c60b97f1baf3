import { isAscii } from "node:buffer";
import { Command } from "ioredis";

type Texts = (string | null)[];

/** A read of keys and who waits for it. */
export interface Asked {
  readonly keys: readonly string[];
  readonly resolve: (texts: Texts) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Asks for what is stored at keys. The driver's own command takes the bytes of each key and each answer by themselves; this
 * one takes them all at once where a character is a byte, keeps nothing of them, and leaves the bound on time to its callers.
 */
export class ReadCommand extends Command {
  constructor({ keys, resolve, reject }: Asked) {
    super(keys.length === 1 ? "get" : "mget"); // which would look at each key
    this.args = keys as string[];
    this.resolve = (answer: Buffer | null | (Buffer | null)[]) => resolve(Array.isArray(answer) ? textsOf(answer) : [textOf(answer)]);
    this.reject = reject;
  }

  override setTimeout(): void {}

  override toWritable(socket: object): string | Buffer {
    let text = `*${this.args.length + 1}\r\n$${this.name.length}\r\n${this.name}\r\n`;
    for (const key of this.args as string[]) text += `$${key.length}\r\n${key}\r\n`;
    return Buffer.byteLength(text) === text.length ? text : super.toWritable(socket);
  }
}

const isThere = (answer: Buffer | null): answer is Buffer => answer !== null;
const textOf = (answer: Buffer | null): string | null => (answer === null ? null : answer.toString());

/** Answers that came in one piece, as most do, are cut out of the text of that, unless it is not ASCII. */
function textsOf(answers: (Buffer | null)[]): Texts {
  const piece = pieceOf(answers);
  if (!piece || !isAscii(piece)) return answers.map(textOf);
  const text = piece.toString("latin1");
  const texts: Texts = [];
  for (const answer of answers) {
    const start = answer ? answer.byteOffset - piece.byteOffset : 0;
    texts.push(answer && text.slice(start, start + answer.length));
  }
  return texts;
}

/** What answers lie in, from the first to the last, if all of them do. */
function pieceOf(answers: readonly (Buffer | null)[]): Buffer | undefined {
  const [first, last] = [answers.find(isThere), answers.findLast(isThere)];
  if (!first || !last) return undefined;
  const { buffer, byteOffset: start } = first;
  const end = last.byteOffset + last.length;
  for (const answer of answers) {
    const isInside = !answer || (answer.buffer === buffer && answer.byteOffset >= start && answer.byteOffset + answer.length <= end);
    if (!isInside) return undefined;
  }
  return Buffer.from(buffer, start, end - start);
}
