/** Makes a function of one item out of one of many: what is asked for in one turn of the event loop is done together. */
export function oncePerTurn<Item, Result>(doAll: (items: Item[]) => Promise<Result[]>): (item: Item) => Promise<Result> {
  let waiting: { item: Item; result: PromiseWithResolvers<Result> }[] = [];
  async function depart() {
    const group = waiting;
    waiting = [];
    try {
      const results = await doAll(group.map(({ item }) => item));
      for (const [index, { result }] of group.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      for (const { result } of group) result.reject(error);
    }
  }
  return (item) => {
    if (waiting.length === 0) setImmediate(depart);
    const result = Promise.withResolvers<Result>();
    waiting.push({ item, result });
    return result.promise;
  };
}
