import { createHash } from "node:crypto";

export interface BloomSize {
  readonly bits: number;
  readonly hashes: number;
}

/** How large a Bloom filter has to be for so many members and at most so many false "maybe" (optimal sizes: Bloom, 1970). */
export function bloomSize(capacity: number, errorRate: number): BloomSize {
  const bits = Math.ceil((-capacity * Math.log(errorRate)) / Math.LN2 ** 2 / 8) * 8;
  return { bits, hashes: Math.max(1, Math.round((bits / capacity) * Math.LN2)) };
}

/** A set that says "no" or "maybe" of a text, and never "no" of a member. */
export class BloomFilter {
  readonly size: BloomSize;
  readonly bytes: Buffer;

  constructor(size: BloomSize) {
    this.size = size;
    this.bytes = Buffer.alloc(size.bits / 8);
  }

  add(text: string): void {
    for (const bit of this.bitsOf(text)) this.bytes[bit >> 3] = (this.bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  }

  mayHave(text: string): boolean {
    return this.bitsOf(text).every((bit) => (this.bytes[bit >> 3] as number) & (0x80 >> (bit & 7)));
  }

  /** Takes in the members of another one of the same size. */
  merge(bytes: Buffer): void {
    for (let index = 0; index < this.bytes.length; index++) this.bytes[index] = (this.bytes[index] as number) | (bytes[index] ?? 0);
  }

  /** The bits of a text, as Redis numbers them: two hashes give all others (Kirsch and Mitzenmacher, 2006). */
  bitsOf(text: string): number[] {
    const hash = createHash("md5").update(text).digest();
    const [first, second] = [hash.readUInt32LE(0), (hash.readUInt32LE(4) | 1) >>> 0];
    return Array.from({ length: this.size.hashes }, (_, index) => (first + index * second) % this.size.bits);
  }
}
