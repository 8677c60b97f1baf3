interface Wait {
  readonly until: number;
  readonly giveUp: () => void;
  place: number;
}

/** In no order, each at its `place`. */
const waits: Wait[] = [];
let timer: NodeJS.Timeout | undefined;
let wakesAt = Number.POSITIVE_INFINITY;

/** The outcome of `promise`, or a rejection if it takes longer than `ms`. One timer serves all who wait: one for each would cost a read of Redis more than all the rest of it. */
export const within = <T>(ms: number, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => settleWithin(ms, promise, resolve, reject));

/** The same for callbacks, of which one is called, once, with what is left of the time. */
export function settleWithin<T>(
  ms: number,
  promise: Promise<T>,
  done: (value: T, leftMs: number) => void,
  failed: (error: Error, leftMs: number) => void,
): void {
  const wait = begin(ms, () => failed(new Error(`no answer within ${ms} ms`), 0));
  promise.then(
    (value) => {
      if (end(wait)) done(value, wait.until - performance.now());
    },
    (error) => {
      if (end(wait)) failed(error, wait.until - performance.now());
    },
  );
}

function begin(ms: number, giveUp: () => void): Wait {
  const wait = { until: performance.now() + ms, giveUp, place: waits.length };
  waits.push(wait);
  if (wait.until < wakesAt) wakeAt(wait.until);
  return wait;
}

/** Whether it was waited for until now. */
function end(wait: Wait): boolean {
  if (waits[wait.place] !== wait) return false;
  const last = waits.pop() as Wait;
  if (last !== wait) {
    waits[wait.place] = last;
    last.place = wait.place;
  }
  return true;
}

function wakeAt(time: number): void {
  clearTimeout(timer);
  wakesAt = time;
  timer = setTimeout(() => setImmediate(wake, performance.now()), Math.max(1, time - performance.now())).unref(); // an answer that a busy process has not read yet still counts
}

function wake(now: number): void {
  wakesAt = Number.POSITIVE_INFINITY;
  for (const wait of waits.filter(({ until }) => until <= now)) {
    end(wait);
    wait.giveUp();
  }
  const next = waits.reduce((first, { until }) => Math.min(first, until), wakesAt);
  if (next < wakesAt) wakeAt(next);
}
