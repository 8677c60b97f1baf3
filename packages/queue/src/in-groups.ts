/** Makes a function of one item out of one of many: what is asked for while a group is under way is done together, as the next group. */
export function inGroups<Item, Result>(doAll: (items: Item[]) => Promise<Result[]>): (item: Item) => Promise<Result> {
  let waiting: { item: Item; result: PromiseWithResolvers<Result> }[] = [];
  let underWay = false;
  async function depart() {
    const group = waiting;
    waiting = [];
    try {
      const results = await doAll(group.map(({ item }) => item));
      for (const [index, { result }] of group.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      for (const { result } of group) result.reject(error);
    }
    underWay = waiting.length > 0;
    if (underWay) setImmediate(depart);
  }
  return (item) => {
    if (!underWay) setImmediate(depart);
    underWay = true;
    const result = Promise.withResolvers<Result>();
    waiting.push({ item, result });
    return result.promise;
  };
}
