/** Lets through so many lines a second; `write` is told how many were left out since the last one that went out. */
export function createLineLimit(perSecond: number, clock: () => number = Date.now): (write: (leftOut: number) => void) => void {
  let [second, lines, leftOut] = [0, 0, 0];
  return (write) => {
    const now = Math.floor(clock() / 1_000);
    if (now !== second) [second, lines] = [now, 0];
    lines += 1;
    if (lines > perSecond) {
      leftOut += 1;
      return;
    }
    write(leftOut);
    leftOut = 0;
  };
}
