/** So many groups are under way at most: while Redis works on one, others are being made and answered. */
const atOnce = 2;

/** Makes a function of one item out of one of many: what is asked for while enough groups are under way is done together, as the next one. */
export function inGroups<Item, Result>(doAll: (items: Item[]) => Promise<Result[]>): (item: Item) => Promise<Result> {
  let waiting: { item: Item; result: PromiseWithResolvers<Result> }[] = [];
  let underWay = 0;
  let isDue = false;
  async function depart() {
    isDue = false;
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
    if (isDue || waiting.length === 0 || underWay >= atOnce) return;
    isDue = true;
    setImmediate(depart);
  }
  return (item) => {
    const result = Promise.withResolvers<Result>();
    waiting.push({ item, result });
    departSoon();
    return result.promise;
  };
}
