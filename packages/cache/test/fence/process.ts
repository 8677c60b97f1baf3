import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { createCache } from "../../src/cache.ts";
import { createCacheRedis } from "../../src/cache-redis.ts";
import type { Log } from "./log.ts";
import { clock, createTruth, ids } from "./truth.ts";

/** One of the processes of the trial: makes operations by chance, many at a time, and tells what it read and invalidated. */
interface Orders {
  redisUrl: string;
  truthUrl: string;
  prefix: string;
  operations: number;
  seed: number;
}

const atOnce = 10;
const { redisUrl, truthUrl, prefix, operations, seed } = JSON.parse(process.argv[2] ?? "") as Orders;
process.once("disconnect", () => process.exit(1));

const random = chance(seed);
const truth = createTruth(new Redis(truthUrl), random);
const redis = createCacheRedis(redisUrl, () => {});
const cache = createCache<object>({ redis, prefix, context: () => ({}) });
const heard = createHearing();
const log: Log & { failures: number; operations: number } = { reads: [], invalidations: [], operations: 0, failures: 0 };
let bus = false;
cache.events.on("bus", ({ listening }) => {
  bus = listening;
});
await once(cache.events, "bus");

async function operate(): Promise<void> {
  while (log.operations < operations) {
    log.operations += 1;
    try {
      await pick()(Math.floor(random() * ids.length));
    } catch {
      log.failures += 1;
      await pause(20); // as who tries again does
    }
  }
}

function pick(): (id: number) => Promise<void> {
  const die = random();
  if (die < 0.6) return get;
  if (die < 0.72) return getMany;
  if (die < 0.78) return warm;
  if (die < 0.82) return setMany;
  if (die < 0.96) return change;
  if (die < 0.98) return changeAll;
  return evict;
}

const either = () => truth.entries[random() < 0.5 ? 0 : 1];

async function get(id: number) {
  const read = begin();
  read([[id, (await cache.get(either(), { id: ids[id] as string })).value]]);
}

async function getMany() {
  const read = begin();
  const values = await cache.getMany(
    either(),
    ids.map((id) => ({ id })),
  );
  read([...values.entries()]);
}

/** Notes when a read begins; to be told what it gave. */
function begin() {
  const facts = { began: clock(), heardUntil: heard(), deaf: !bus };
  return (versions: readonly (readonly [number, number | null])[]) => {
    for (const [id, version] of versions) log.reads.push({ ...facts, id, version: version ?? -1 });
  };
}

async function warm() {
  const targets = truth.entries.flatMap((entry) => ids.map((id) => ({ entry, params: { id } })));
  await cache.warm(targets, { context: {}, force: random() < 0.5 });
}

async function setMany(id: number) {
  const name = ids[id] as string;
  await cache.setMany(either(), [{ params: { id: name }, value: async () => (await truth.read([name]))[0] ?? null }]);
}

async function change(id: number) {
  const version = await truth.update(ids[id] as string);
  await cache.invalidate(truth.tagsOf(ids[id] as string));
  log.invalidations.push({ id, version, ended: clock() });
}

async function changeAll() {
  const versions = await Promise.all(ids.map((id) => truth.update(id)));
  await cache.invalidate(["all", ...ids.map((id) => `own:${id}`)]);
  const ended = clock();
  for (const [id, version] of versions.entries()) log.invalidations.push({ id, version, ended });
}

/** What a full Redis does. */
async function evict(id: number) {
  const tags = truth.tagsOf(ids[id] as string);
  await redis.unlink(`${prefix}:1:{${tags[random() < 0.5 ? 0 : 1]}}:fence`);
}

/** Tells until when this process has received what was sent to it: a whole turn of its event loop lies in between. */
function createHearing(): () => number {
  let [until, turn, turning] = [clock(), clock(), false];
  return () => {
    if (!turning) {
      turning = true;
      setImmediate(() => {
        [until, turn, turning] = [turn, clock(), false];
      });
    }
    return until;
  };
}

/** Random numbers that are the same for the same seed (mulberry32). */
function chance(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

await Promise.all(Array.from({ length: atOnce }, operate));
process.send?.(log);
