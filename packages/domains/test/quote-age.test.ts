import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { fileURLToPath } from "node:url";
import { testRedisUrl } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { openDomain } from "./open-domain.ts";

const program = fileURLToPath(new URL("./quote-reader.ts", import.meta.url));
const ttlMs = 5_000;
/** The price goes up after so many reads, until each process has seen it change so often. */
const [readsOfAPrice, pricesSeen] = [60, 2];

interface Read {
  readonly at: number;
  readonly price: number;
  readonly source: string;
}

test("three processes read a quote whose price goes up: none gets one that was replaced more than 5 s before, from any tier", async () => {
  await using all = await openDomain("stocks");
  await all.query("insert into stocks (code) values ('TICK')");
  await all.query("insert into daily_bars values ('TICK', current_date - 3, 0, 0, 0, 0, 1)");
  const reads = new EventEmitter<{ read: [reader: number, read: Read] }>();
  const prefix = randomUUID();
  const readers = [0, 1, 2].map((reader) =>
    fork(program, [all.databaseUrl, testRedisUrl(), prefix]).on("message", (read) => reads.emit("read", reader, read as Read)),
  );
  const seen = readers.map(() => new Set<number>());
  const sources = new Set<string>();
  const replacedAt: number[] = [];
  let count = 0;
  for await (const [reader, { at, price, source }] of on(reads, "read") as AsyncIterable<[number, Read]>) {
    expect(at - (replacedAt[price] ?? at), source).toBeLessThanOrEqual(ttlMs);
    seen[reader]?.add(price);
    sources.add(source);
    if (seen.every(({ size }) => size >= pricesSeen)) break;
    count += 1;
    if (count % readsOfAPrice > 0) continue;
    await all.query("update daily_bars set close = $1", [replacedAt.length + 1]);
    replacedAt.push(Date.now());
  }
  for (const child of readers) child.disconnect();
  expect(sources).toContain("l1");
});
