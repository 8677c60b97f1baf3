import type { FireOutcome, ScheduleRules } from "@caretaker/contracts";

/** What becomes of a slot, and the slot whose job runs for it, if any: its own, or another one's that it is merged into. */
export interface Decision {
  readonly slot: Date;
  readonly outcome: FireOutcome;
  readonly runsAs: Date | null;
}

/** What a schedule's slots are decided by besides its rules. */
export interface Situation {
  /** Slots before this instant were missed: nobody was there in time. */
  readonly onTimeFrom: Date;
  /** Slots whose jobs have not ended, in order. */
  readonly open: readonly Date[];
  /** Whether more missed slots follow, so many that none of these is among the latest. */
  readonly moreFollow: boolean;
}

type Policies = Pick<ScheduleRules, "missed" | "missedCap" | "overlap">;

/** Decides what becomes of slots that have come due, in order: those missed by the missed policy, those on time by the overlap policy. */
export function decide({ missed, missedCap, overlap }: Policies, slots: readonly Date[], situation: Situation): Decision[] {
  const running = [...situation.open];
  const run = (slot: Date, outcome: FireOutcome): Decision => {
    running.push(slot);
    return { slot, outcome, runsAs: slot };
  };
  const unlessOverlapping = (slot: Date, outcome: FireOutcome): Decision => {
    if (overlap === "allow" || running.length === 0 || (overlap === "queue-one" && running.length === 1)) return run(slot, outcome);
    if (overlap === "skip") return { slot, outcome: "skipped", runsAs: null };
    return { slot, outcome: "coalesced", runsAs: running.at(-1) as Date };
  };

  const late = slots.filter((slot) => slot < situation.onTimeFrom);
  const onTime = slots.slice(late.length);
  const wanted = situation.moreFollow ? 0 : { skip: 0, latest: 1, all: missedCap }[missed];
  const [passedOver, taken] = [late.slice(0, Math.max(0, late.length - wanted)), late.slice(Math.max(0, late.length - wanted))];
  const lateRuns = taken.map((slot) => (missed === "all" ? run(slot, "late") : unlessOverlapping(slot, "late")));
  const stoodFor = missed === "latest" ? (lateRuns[0]?.runsAs ?? null) : null;
  const unrun = missed !== "latest" ? "missed" : lateRuns[0]?.outcome === "skipped" ? "skipped" : "coalesced";
  return [
    ...passedOver.map((slot): Decision => ({ slot, outcome: unrun, runsAs: stoodFor })),
    ...lateRuns,
    ...onTime.map((slot) => unlessOverlapping(slot, "ran")),
  ];
}
