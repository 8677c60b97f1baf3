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
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait = begin(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    promise.then(
      (value) => {
        end(wait);
        resolve(value);
      },
      (error) => {
        end(wait);
        reject(error);
      },
    );
  });
}

function begin(ms: number, giveUp: () => void): Wait {
  const wait = { until: performance.now() + ms, giveUp, place: waits.length };
  waits.push(wait);
  if (wait.until < wakesAt) wakeAt(wait.until);
  return wait;
}

function end(wait: Wait): void {
  if (waits[wait.place] !== wait) return;
  const last = waits.pop() as Wait;
  if (last === wait) return;
  waits[wait.place] = last;
  last.place = wait.place;
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
