import type { Redis } from "ioredis";
import type { Fence } from "./fence.ts";
import { newToken } from "./fence-token.ts";
import { note } from "./fences.ts";
import { inBatches } from "./in-batches.ts";
import { inSlots } from "./in-slots.ts";
import type { Place } from "./place.ts";
import type { Life } from "./server-life.ts";

/**
 * Takes the leases of values that nobody loads. KEYS: guards, then for each value its lease and itself. ARGV: number of
 * guards, a new token for those that have none, how long a fence stands in ms, the claimant, how long a lease stands in ms,
 * and for each value the position of its guard. A lease that was taken under another token counts for nothing. Answers with
 * the guards' tokens, what is stored, and whether the lease was taken.
 */
const claimLeases = `
local guards, tokens, stored, leased = tonumber(ARGV[1]), {}, {}, {}
for i = 1, guards do
  tokens[i] = redis.call('GET', KEYS[i])
  if not tokens[i] then
    redis.call('SET', KEYS[i], ARGV[2], 'PX', ARGV[3])
    tokens[i] = ARGV[2]
  end
end
for i = 1, (#KEYS - guards) / 2 do
  local lease = KEYS[guards + 2 * i - 1]
  local owner = (tokens[tonumber(ARGV[i + 5])] or '') .. ' '
  local held = redis.call('GET', lease)
  stored[i] = redis.call('GET', KEYS[guards + 2 * i])
  if held and string.sub(held, 1, #owner) == owner then leased[i] = 0
  else
    redis.call('SET', lease, owner .. ARGV[4], 'PX', ARGV[5])
    leased[i] = 1
  end
end
return {tokens, stored, leased}`;

/** KEYS: leases. ARGV: the claimant. Gives back those that it still has. */
const releaseLeases = `
for i = 1, #KEYS do
  local held = redis.call('GET', KEYS[i])
  if held and string.sub(held, -#ARGV[1] - 1) == ' ' .. ARGV[1] then redis.call('DEL', KEYS[i]) end
end`;

interface Scripts {
  caretakerClaim(keys: number, ...args: string[]): Promise<[tokens: string[], stored: (string | null)[], leased: (0 | 1)[]]>;
  caretakerRelease(keys: number, ...args: string[]): Promise<null>;
}

/** What a claimant finds: the value that has come meanwhile, and whether the claimant has the lease now. */
export interface Claim {
  readonly stored: string | null;
  readonly leased: boolean;
}

/** Who loads a value that many processes want: the one that has its lease in Redis. */
export class Leases {
  readonly #redis: Redis & Scripts;
  readonly #life: Life;
  readonly #fenceMs: string;

  constructor(redis: Redis, life: Life, longestTtlMs: number) {
    redis.defineCommand("caretakerClaim", { lua: claimLeases });
    redis.defineCommand("caretakerRelease", { lua: releaseLeases });
    this.#redis = redis as Redis & Scripts;
    this.#life = life;
    this.#fenceMs = String(2 * longestTtlMs);
  }

  /** Takes the leases of values that nobody is loading, and notes the tokens of their first fences. */
  async claim(places: readonly Place[], claimant: string, leaseMs: number): Promise<Claim[]> {
    const claim = async (batch: Place[]) => {
      const { guards, tokens, stored, leased } = await this.#life.within(batch[0]?.key, () => this.#claim(batch, claimant, leaseMs));
      note(guards, tokens, this.#life);
      return stored.map((text, index): Claim => ({ stored: text, leased: leased[index] === 1 }));
    };
    return this.#redis.isCluster ? inSlots(places, leaseOf, claim) : (await inBatches(places, claim)).flat();
  }

  async release(places: readonly Place[], claimant: string): Promise<void> {
    const free = async (batch: Place[]) => [await this.#redis.caretakerRelease(batch.length, ...batch.map(leaseOf), claimant)];
    await (this.#redis.isCluster ? inSlots(places, leaseOf, free) : inBatches(places, free));
  }

  async #claim(places: readonly Place[], claimant: string, leaseMs: number) {
    const guards = [...new Set(places.flatMap(({ fences: [guard] }) => guard ?? []))];
    const positions = new Map<Fence | undefined, number>(guards.map((guard, index) => [guard, index + 1]));
    const keys = [...guards.map(({ key }) => key), ...places.flatMap((place) => [leaseOf(place), place.key])];
    const facts = [String(guards.length), newToken(Date.now()), this.#fenceMs, claimant, String(leaseMs)];
    const guardOf = places.map(({ fences: [guard] }) => String(positions.get(guard) ?? 0));
    const [tokens, stored, leased] = await this.#redis.caretakerClaim(keys.length, ...keys, ...facts, ...guardOf);
    return { guards, tokens, stored, leased };
  }
}

/** In one Cluster slot with its value. */
const leaseOf = ({ key }: Place): string => `${key}:lease`;
