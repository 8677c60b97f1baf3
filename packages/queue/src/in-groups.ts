export interface GroupOptions {
  /** So many groups are under way at most: while one is worked on, others are being made and answered; default 2. */
  readonly atOnce?: number;
  /** A group of so many leaves at once, not at the end of the turn of the event loop: then work on it begins while others are still being made. */
  readonly full?: number;
}

/** Makes a function of one item out of one of many: what is asked for in one turn, or while enough groups are under way, is done together. */
export function inGroups<Item, Result>(
  doAll: (items: Item[]) => Promise<Result[]>,
  { atOnce = 2, full = Number.POSITIVE_INFINITY }: GroupOptions = {},
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; result: PromiseWithResolvers<Result> }[] = [];
  let underWay = 0;
  let isDue = false;
  async function depart() {
    const group = waiting;
    waiting = [];
    underWay += 1;
    try {
      const results = await doAll(group.map(({ item }) => item));
      for (const [index, { result }] of group.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      for (const { result } of group) result.reject(error);
    }
    underWay -= 1;
    departSoon();
  }
  function departSoon() {
    if (waiting.length === 0 || underWay >= atOnce) return;
    if (waiting.length >= full) return void depart();
    if (!isDue) setImmediate(departNow);
    isDue = true;
  }
  function departNow() {
    isDue = false;
    if (waiting.length > 0 && underWay < atOnce) void depart();
  }
  return (item) => {
    const result = Promise.withResolvers<Result>();
    waiting.push({ item, result });
    departSoon();
    return result.promise;
  };
}
