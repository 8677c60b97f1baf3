import type { Progress } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { Fence } from "@caretaker/queue";
import { claimFence, runFenced } from "../run-fence.ts";
import { analyzeChanged } from "./analyze-changed.ts";
import { createPace } from "./pace.ts";
import { createPressure } from "./pressure.ts";
import type { Batch, Cursor, Step } from "./step.ts";

/** How far a run has come; each batch records it in its own transaction. */
export interface RunState {
  /** The step that it is at. */
  readonly step: number;
  readonly after: Cursor | null;
  /** Rows found and dealt with so far, by the name of the step. */
  readonly counts: Readonly<Record<string, { readonly matched: number; readonly done: number }>>;
  readonly batches: number;
  readonly unseen: number;
}

/** What all runs do their batches with. */
export interface Batching {
  readonly db: Db;
  /** How long a batch should take, ms. */
  readonly targetMs: number;
}

interface Run extends Batching {
  readonly fence: Fence;
  readonly signal: AbortSignal;
  /** No batch has more rows. */
  readonly batchSize: number;
  readonly progress: (progress: Progress) => void;
  /** Rows that the run will deal with; without it, progress is told in steps. */
  readonly total?: number;
}

const start: RunState = { step: 0, after: null, counts: {}, batches: 0, unseen: 0 };

/** Does some steps one after the other, going on after the last batch that an attempt before this one has recorded. */
export async function runSteps({ db, fence, signal, batchSize, targetMs, progress, total }: Run, steps: readonly Step[]): Promise<RunState> {
  const pace = createPace({ most: batchSize, targetMs, pressure: createPressure(db) });
  let state = (await claimFence<RunState>(db, fence)) ?? start;
  for (let step = steps[state.step]; step; step = steps[state.step]) {
    progress(progressOf(state, step, steps.length, total));
    state = await pace.batch(signal, (limit) => doBatch({ db, fence, signal }, state, step, limit));
  }
  const tables = new Set(steps.flatMap((step) => step.tables));
  await analyzeChanged(db, [...tables], state.unseen, signal);
  return state;
}

async function doBatch({ db, fence, signal }: Pick<Run, "db" | "fence" | "signal">, state: RunState, step: Step, limit: number): Promise<RunState> {
  const from = { after: state.after, limit };
  const found = await db.session(async (session) => (await step.find?.(session, from)) ?? [], { signal });
  return db.timed("batch", `${fence.job} ${step.name}`, () =>
    runFenced(db, { fence, signal }, async (session) => advance(state, step, await step.batch(session, { ...from, found }))),
  );
}

function advance(state: RunState, step: Step, { matched, done, unseen = done, next }: Batch): RunState {
  const before = state.counts[step.name] ?? { matched: 0, done: 0 };
  return {
    step: next ? state.step : state.step + 1,
    after: next,
    counts: { ...state.counts, [step.name]: { matched: before.matched + matched, done: before.done + done } },
    batches: state.batches + (matched > 0 ? 1 : 0),
    unseen: state.unseen + unseen,
  };
}

const doneIn = ({ counts }: RunState) => Object.values(counts).reduce((sum, { done }) => sum + done, 0);

function progressOf(state: RunState, { name, verb }: Step, steps: number, total: number | undefined): Progress {
  const status = `${name}: ${verb}`;
  const done = doneIn(state);
  return total === undefined ? { current: state.step, total: steps, status } : { current: done, total: Math.max(total, done), status };
}
