import { HttpProblem } from "./http-problem.ts";

/** How many streams may be open at once, in all and by one key. */
export interface StreamLimits {
  readonly total: number;
  readonly perKey: number;
}

const busy = { status: 429, code: "too_many_streams", title: "Too many requests", headers: { "Retry-After": "5" } };

/** Hands out places for streams, each given back when it is disposed of; with none left, a 429 is thrown. */
export function createStreamPlaces({ total, perKey }: StreamLimits): (key: string) => Disposable {
  const open = new Map<string, number>();
  let all = 0;
  const count = (key: string, change: 1 | -1) => {
    const ofKey = (open.get(key) ?? 0) + change;
    all += change;
    if (ofKey > 0) open.set(key, ofKey);
    else open.delete(key);
  };
  return (key) => {
    if (all >= total) throw new HttpProblem(busy, `${total} streams are open here; try again soon`);
    if ((open.get(key) ?? 0) >= perKey) throw new HttpProblem(busy, `this key has ${perKey} streams open; end one first`);
    count(key, 1);
    return { [Symbol.dispose]: () => count(key, -1) };
  };
}
