import { scheduleFleet } from "../apps/worker/test/schedule-fleet.ts";
import type { Fault, Round } from "./fault.ts";

type Fleet = Awaited<ReturnType<typeof scheduleFleet>>;

/** Stops all workers, then counts the slots without a row or a run, and those with more than one; the time is that of the latest row. */
async function judgeSlots(fleet: Fleet): Promise<Round> {
  await fleet.stopAll();
  const faults = await fleet.faults();
  const [{ ms } = { ms: Number.NaN }] = await fleet.query<{ ms: number }>(
    `select extract(epoch from max(settled_at - scheduled_for))::float8 * 1000 as ms from schedule_fires where outcome <> 'late'`,
  );
  const twice = faults.filter(({ fault }) => /more than once|no slot/.test(fault)).length;
  return { recoveryMs: ms, lost: faults.length - twice, twice };
}

const manyStart: Fault = {
  name: "many replicas start",
  inject: "8 workers at once, two with clocks off by 5 min, 30 schedules every 1 to 30 s, for 60 s",
  measured: "from a slot's time until its row is there, the slowest",
  limitMs: 10_000,
  sideBySide: 1,
  rounds: { full: 1, short: 0 },
  async run({ databaseUrl }) {
    await using fleet = await scheduleFleet(databaseUrl, 30);
    await fleet.startAll([0, 300_000, -300_000, 0, 0, 0, 0, 0]);
    await fleet.untilFired(60);
    return await judgeSlots(fleet);
  },
};

export const scheduleFaults: readonly Fault[] = [manyStart];
