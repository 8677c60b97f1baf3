import type { Entry } from "@caretaker/cache";
import type { Duration, ParamSet, QueueName, ScheduleRules, ScheduleWhen } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { JobDefinition } from "@caretaker/queue";
import type { ArchivePolicy } from "./archive/archive-policy.ts";
import type { ChangeFacts } from "./changes/change-facts.ts";
import type { CleanupFacts } from "./cleanup/cleanup-rule.ts";
import type { DemoFacts } from "./demo.ts";
import type { DomainRoute } from "./domain-route.ts";
import type { ExistingFacts } from "./existing.ts";
import type { ImportFacts } from "./import/import-facts.ts";
import type { Subscription } from "./messages/subscription.ts";
import type { BoundPort } from "./ports.ts";
import type { Rollup } from "./rollups/rollup.ts";

/** What a loader of a domain gets: the database, and the instant that it takes for now. */
export interface LoadContext {
  readonly db: Db;
  readonly asOf: Date;
}

/** What a scope's targets are picked by. */
export interface ScopeContext extends LoadContext {
  readonly activeDays: number;
}

/** An entry of any parameters and value. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters and values of a list of entries have no common type
export type AnyEntry = Entry<any, any, LoadContext>;

/** The parameter sets of a scope, in batches, streamed. */
export type Targets = (context: ScopeContext) => AsyncIterable<ParamSet[]> | Iterable<ParamSet[]>;

/** Entries that are warmed for the same parameter sets. */
export interface WarmupPart {
  readonly entries: readonly AnyEntry[];
  /** The sets of each scope; without them the entries take no parameters and are written once in each warm-up. */
  readonly targets?: Readonly<Record<"active" | "all", Targets>>;
}

/** What a warm-up of a domain writes. */
export interface WarmupFacts {
  readonly parts: readonly WarmupPart[];
  /** Names for several entries together, beside the entries' own. */
  readonly groups?: Readonly<Record<string, readonly AnyEntry[]>>;
  /** Parameters that follow from `asOf` where a target or a caller's set doesn't name them, by entry. */
  readonly defaults?: Readonly<Record<string, (asOf: Date) => ParamSet>>;
  /** What `force` does: it drops the values first (`invalidate`, the default, by the tag that places them), or leaves each standing until the new one is there (`replace`). */
  readonly force?: "invalidate" | "replace";
}

/** A job that is made again and again; its id is `<domain>.<name>`. Unless it says otherwise, the latest missed slot runs, and no two runs overlap. */
export interface ScheduleFacts extends Partial<Pick<ScheduleRules, "missed" | "missedCap" | "overlap">> {
  readonly name: string;
  readonly queue: QueueName;
  /** The job's name; `<domain>.<queue>` if left out. */
  readonly job?: string;
  readonly when: ScheduleWhen;
  /** The job's payload, without the domain. */
  readonly payload: Record<string, unknown>;
  /** Jobs of the domain that are done before it, one after the other; it begins when the last one has ended, well or not. */
  readonly after?: readonly { readonly queue: QueueName; readonly payload: Record<string, unknown> }[];
}

/** One service's facts: what to cache, what can't be right, what gets old, and when to look. The engine derives everything else. */
export interface Domain {
  readonly name: string;
  readonly description: string;
  readonly entries: readonly AnyEntry[];
  readonly warmup: WarmupFacts;
  readonly cleanup?: CleanupFacts;
  readonly archive?: readonly ArchivePolicy[];
  /** Jobs of its own, in the queue `messages` by convention, each named `<domain>.<verb-noun>`. */
  readonly jobs?: readonly JobDefinition[];
  /** Which messages it wants, each subscription named `<domain>.<name>`. */
  readonly subscriptions?: readonly Subscription[];
  /** The services outside that its jobs and subscriptions use. */
  readonly ports?: readonly BoundPort[];
  readonly changes?: readonly ChangeFacts[];
  readonly existing?: readonly ExistingFacts[];
  readonly rollups?: readonly Rollup[];
  readonly schedules: readonly ScheduleFacts[];
  readonly retry: { readonly attempts: number; readonly backoff: Duration };
  /** Routes of its own. */
  readonly routes?: readonly DomainRoute[];
  /** The files that its tables can be loaded from. */
  readonly files?: ImportFacts;
  /** Lifelike rows for a first look. */
  readonly demo?: DemoFacts;
}

/** Declares a domain. Throws if two of its entries have one name, or if one is not named `<domain>.<entry>`. */
export function defineDomain(domain: Domain): Domain {
  const names = domain.entries.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`domain ${domain.name} has two entries named ${twice}`);
  const stranger = names.find((name) => !name.startsWith(`${domain.name}.`));
  if (stranger) throw new Error(`entry ${stranger} of domain ${domain.name} must be named ${domain.name}.<entry>`);
  const strange = domain.subscriptions?.find(
    ({ name }) => !/^[a-z0-9-]+$/.test(name.slice(domain.name.length + 1)) || !name.startsWith(`${domain.name}.`),
  );
  if (strange) throw new Error(`subscription ${strange.name} of domain ${domain.name} must be named ${domain.name}.<name>`);
  return Object.freeze(domain);
}
