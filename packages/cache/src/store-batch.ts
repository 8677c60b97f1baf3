import type { Command } from "ioredis";
import { EncodedCommand } from "./encoded-command.ts";
import type { Fence } from "./fence.ts";
import { batchSize } from "./in-batches.ts";
import type { Place } from "./place.ts";
import { RespWriter } from "./resp-writer.ts";

/** A value to be stored, if its tags' fences are still what they were before it was loaded. */
export interface Write extends Place {
  readonly header: string;
  readonly text: string;
  readonly keepMs: number;
}

/**
 * Stores many values in one step. KEYS: values, then fences. ARGV: number of values, how long fences stand in ms, for each
 * value what is stored, its time to live in ms and the positions of its fences, then the expected tokens of the fences. A
 * fence that would fall in half its time or less stands anew. Answers with how many were not stored, because one of their
 * fences has changed.
 */
const storeUnlessFenced = `
local keys, args, call = KEYS, ARGV, redis.call
local values, standMs = tonumber(args[1]), tonumber(args[2])
local tokens = #keys > values and call('MGET', unpack(keys, values + 1)) or {}
local changed
for i = 1, #keys - values do
  if tokens[i] ~= args[2 + 3 * values + i] then
    changed = changed or {}
    changed[tostring(i)] = true
  elseif call('PTTL', keys[values + i]) * 2 <= standMs then
    call('PEXPIRE', keys[values + i], standMs)
  end
end
local refused = 0
for i = 1, values do
  local fenced = false
  if changed then
    for position in string.gmatch(args[3 * i + 2], '%d+') do fenced = fenced or changed[position] end
  end
  if fenced then refused = refused + 1
  else call('SET', keys[i], args[3 * i], 'PX', args[3 * i + 1]) end
end
return refused`;

/**
 * Stores values that are right as of now, whatever is being loaded meanwhile: their fences fall, so that nothing older is
 * stored over them. KEYS and ARGV are those of `storeUnlessFenced`.
 */
const storeAnew = `
local keys, args, call = KEYS, ARGV, redis.call
local values = tonumber(args[1])
if #keys > values then call('DEL', unpack(keys, values + 1)) end
for i = 1, values do call('SET', keys[i], args[3 * i], 'PX', args[3 * i + 1]) end
return 0`;

/** Few large values fill a batch too, so that those under way stay small. */
export const mostBytes = 1024 ** 2;

/**
 * Values that are stored by one command. Each is encoded when it is added, so that no text of a large warm-up lives longer
 * than its making: collecting them thousands at a time, and the driver's own encoding, took a third of a worker's time.
 */
export class StoreBatch {
  readonly #valueKeys = new RespWriter();
  readonly #values = new RespWriter();
  readonly #command = new RespWriter();
  readonly #positions = new Map<Fence, number>();
  #firstKey = "";
  #count = 0;

  get isFull(): boolean {
    return this.#count >= batchSize || this.#values.length >= mostBytes;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  clear(): void {
    for (const writer of [this.#valueKeys, this.#values, this.#command]) writer.clear();
    this.#positions.clear();
    this.#count = 0;
  }

  add({ key, fences, header, text, keepMs }: Write): void {
    if (this.#count === 0) this.#firstKey = key;
    this.#count += 1;
    this.#valueKeys.argument(key);
    this.#values.argument(header, text);
    this.#values.argument(String(keepMs));
    this.#values.argument(
      fences.length === 1 ? String(this.#positionOf(fences[0] as Fence)) : fences.map((fence) => this.#positionOf(fence)).join(","),
    );
  }

  /** The command that stores the values, `anew` or unless they are fenced; good until the batch is cleared. */
  command(standMs: number, anew: boolean): Command & { promise: Promise<unknown> } {
    const fences = [...this.#positions.keys()];
    const keys = this.#count + fences.length;
    const command = this.#command;
    command.line(`*${3 + keys + 2 + 3 * this.#count + fences.length}`);
    for (const text of ["EVAL", anew ? storeAnew : storeUnlessFenced, String(keys)]) command.argument(text);
    command.raw(this.#valueKeys.bytes);
    for (const { key } of fences) command.argument(key);
    command.argument(String(this.#count));
    command.argument(String(standMs));
    command.raw(this.#values.bytes);
    for (const { token } of fences) command.argument(token ?? "");
    return new EncodedCommand(command.bytes, this.#firstKey);
  }

  #positionOf(fence: Fence): number {
    const position = this.#positions.get(fence) ?? this.#positions.size + 1;
    this.#positions.set(fence, position);
    return position;
  }
}
