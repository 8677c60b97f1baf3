/** A list that a reader asks for. */
export interface ListRequest {
  readonly entry: "primary-list" | "secondary-list";
  readonly params: Readonly<Record<string, string>>;
}

type Filters = Readonly<Record<string, readonly string[]>>;
type Params = ListRequest["params"];

const primaryShare = 0.6;
const pages = 10;
/** The r-th most wanted filter is asked for 1 / r as often as the first one, and the p-th page 1 / p². */
const [filterExponent, pageExponent] = [1, 2];

const each = (name: string, values: readonly string[] = []): Params[] => values.map((value) => ({ [name]: value }));
const pairs = (some: readonly Params[], others: readonly Params[]) => some.flatMap((one) => others.map((other) => ({ ...one, ...other })));

/** Everything, each filter by itself, and a district with one more: what the pages of a directory offer. */
function listsOf(own: "schoolNet" | "schoolGroup", filters: Filters): Params[][] {
  const [districts, categories] = [each("district", filters.districts), each("category", filters.categories)];
  const owns = each(own, filters[`${own}s`]);
  const alone = [...districts, ...owns, ...categories, ...each("gender", filters.genders), ...each("religion", filters.religions)];
  return [[{}], alone, [...pairs(districts, categories), ...(own === "schoolGroup" ? pairs(districts, owns) : [])]];
}

/** A reader of school lists without end: filters and pages by Zipf's law, the simple filters before the pairs. The same `seed` asks for the same; what is popular does not depend on it. */
export function* createMix(filters: { primary: Filters; secondary: Filters }, seed: number): Generator<ListRequest, never> {
  const ranking = createRandom(7);
  const levels = [
    { entry: "primary-list", lists: listsOf("schoolNet", filters.primary) },
    { entry: "secondary-list", lists: listsOf("schoolGroup", filters.secondary) },
  ] as const;
  const ranked = levels.map(({ entry, lists }) => ({ entry, lists: lists.flatMap((group) => shuffled(group, ranking)) }));
  const pickers = ranked.map(({ lists }) => createZipf(lists.length, filterExponent));
  const pickPage = createZipf(pages, pageExponent);
  for (const random = createRandom(seed); ; ) {
    const level = random() < primaryShare ? 0 : 1;
    const { entry, lists } = ranked[level] as (typeof ranked)[number];
    const list = lists[(pickers[level] as ReturnType<typeof createZipf>)(random())] as Params;
    yield { entry, params: { ...list, page: String(1 + pickPage(random())) } };
  }
}

/** Ranks from 0 by Zipf's law, each for a number from 0 to 1. */
function createZipf(count: number, exponent: number): (chance: number) => number {
  const sums: number[] = [];
  for (let rank = 1; rank <= count; rank += 1) sums.push((sums.at(-1) ?? 0) + rank ** -exponent);
  return (chance) => sums.findIndex((sum) => chance * (sums.at(-1) as number) < sum);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Numbers from 0 to 1 that look like chance, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
