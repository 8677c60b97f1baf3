import { createDomains } from "@caretaker/domains";
import { type AnyEntry, type Domain, findEntry, type ScheduleFacts, shortName } from "@caretaker/engine";
import { startStack } from "@caretaker/stack";
import { copyDatabase, fillDatabase } from "./hit-ratio/databases.ts";
import { createMix, type ListRequest } from "./hit-ratio/mix.ts";
import { type Site, startSite } from "./hit-ratio/site.ts";
import { type BenchmarkResult, compare, median } from "./measure.ts";

/** 100,000 schools, half of them primary. */
const scale = 100;
const requests = Number(process.argv[3]) || 20_000;
const perSecond = 33;
/** So many others of the same mix came before, as half an hour leaves behind. */
const earlier = 60_000;
/** A school is changed once in so many requests, of one level and the other in turn. */
const requestsOfAChange = 1_000;
const rounds = 5;
const wanted = { hits: 95, ofCold: 0.1 };
const say = (text: string) => process.stderr.write(`${text}\n`);

const lists: ScheduleFacts = { name: "lists", queue: "warmup", when: { every: "1m" }, payload: { entries: ["lists"] } };
const dropOnly = ({ changes = [] }: Domain) => changes.map(({ source, tags }) => ({ source, tags }));
/** What keeps the cache warm: nothing, the fixed list every minute, or all that the domain declares. */
const ways = {
  nothing: (schools: Domain): Domain => ({ ...schools, changes: dropOnly(schools), schedules: [] }),
  fixedList: (schools: Domain): Domain => ({ ...schools, changes: dropOnly(schools), schedules: [lists] }),
  popularity: (schools: Domain): Domain => schools,
};
type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as Way[];
type Sites = Readonly<Record<Way, Site>>;
type Filters = Parameters<typeof createMix>[0];

/** How many lists of a realistic mix are answered from the cache, by what keeps it warm, and how long a warmed list takes. */
export async function run(): Promise<BenchmarkResult> {
  await using stack = await startStack();
  const schools = createDomains().find(({ name }) => name === "schools") as Domain;
  say(`filling ${JSON.stringify(await fillDatabase(stack, schools, scale))}`);
  await using opened = new AsyncDisposableStack();
  const sites = {} as Record<Way, Site>;
  for (const name of wayNames) {
    const { url: databaseUrl } = opened.use(await copyDatabase(stack.databaseUrl, name));
    sites[name] = opened.use(await startSite([ways[name](schools)], { name, databaseUrl, redisUrl: stack.redisUrl }));
  }
  const filters = await readFilters(sites.nothing);
  say(`${earlier} requests before`);
  for (const name of wayNames) await becomeKnown(sites[name], createMix(filters, 1));
  say(`${requests} requests, ${perSecond} a second, to the site that is kept warm, then to the others`);
  const hits = { ...(await replay(sites, ["popularity"], filters)), ...(await replay(sites, ["fixedList", "nothing"], filters)) };
  const { warm, cold } = await timesOf(sites.popularity);
  return {
    name: "hit-ratio",
    runs: 1,
    results: [
      compare("popularity", "% hits", hits.popularity, wanted.hits, "what is wanted"),
      compare("vs-fixed-list", "% hits", hits.popularity, hits.fixedList, "the fixed list alone"),
      compare("vs-no-warm-up", "% hits", hits.popularity, hits.nothing, "no warm-up"),
      compare("warmed-list", "ms", warm, cold, `the same lists cold, where ${wanted.ofCold} is wanted`),
    ],
  };
}

const entryOf = ({ api }: Site, name: string) => findEntry(api.domains[0] as Domain, name) as AnyEntry;

async function readFilters(site: Site) {
  const read = async (name: string) => (await site.api.cache.get(entryOf(site, name), {})).value as Record<string, string[]>;
  return { primary: await read("primary-filters"), secondary: await read("secondary-filters") };
}

/** Has a site's API asked as in the mix, as fast as it can be, but counted as in half an hour. */
async function becomeKnown(site: Site, mix: Iterator<ListRequest>): Promise<void> {
  for (let asked = 0; asked < earlier; asked += 1_000) {
    const batch = Array.from({ length: 1_000 }, () => mix.next().value as ListRequest);
    for (const [name, some] of Map.groupBy(batch, ({ entry }) => entry)) {
      const entry = entryOf(site, name);
      await site.api.cache.getMany(
        entry,
        some.map(({ params }) => paramsOf(entry, params)),
      );
      await site.api.cache.popular(entry, 1); // adds up what has been counted, as it is every ten seconds
    }
  }
}

function paramsOf(entry: AnyEntry, params: object) {
  const parsed = entry.params.safeParse(params);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}

/** Asks some sites for the same at the same time, with schools that change in between; resolves to the hits of each in percent. */
async function replay<Some extends Way>(sites: Sites, some: readonly Some[], filters: Filters): Promise<Record<Some, number>> {
  const mix = createMix(filters, 2);
  const sources = new Map(some.map((name) => [name, new Map<string, number>()]));
  const ask = async (name: Some, request: ListRequest) => {
    const { source } = await sites[name].ask(request);
    const counts = sources.get(name) as Map<string, number>;
    counts.set(source, 1 + (counts.get(source) ?? 0));
  };
  const answers: Promise<unknown>[] = [];
  const began = performance.now();
  for (let asked = 0; asked < requests; asked += 1) {
    await new Promise((due) => setTimeout(due, Math.max(0, began + (1_000 * asked) / perSecond - performance.now())));
    if (asked % requestsOfAChange === requestsOfAChange - 1) answers.push(...some.map((name) => changeSchool(sites[name], asked)));
    const request = mix.next().value as ListRequest;
    answers.push(...some.map((name) => ask(name, request)));
  }
  await Promise.all(answers);
  for (const [name, counts] of sources) say(`${name}: ${JSON.stringify(Object.fromEntries(counts))}`);
  const percent = (counts: Map<string, number>) => (100 * ((counts.get("l1") ?? 0) + (counts.get("l2") ?? 0))) / requests;
  return Object.fromEntries([...sources].map(([name, counts]) => [name, percent(counts)])) as Record<Some, number>;
}

/** What an editor does. */
async function changeSchool({ worker }: Site, asked: number): Promise<void> {
  const table = Math.floor(asked / requestsOfAChange) % 2 === 0 ? "primary_schools" : "secondary_schools";
  const one = `(select school_no from ${table} order by school_no offset $1 limit 1)`;
  await worker.db.pool.query(`update ${table} set telephone = $2 where school_no = ${one}`, [asked % 997, String(20_000_000 + asked)]);
}

/** Medians over the fixed lists, some times each: as an API answers that has none of them in its memory, and as the source does. */
async function timesOf(site: Site): Promise<{ warm: number; cold: number }> {
  const requests = await fixedList(site);
  const times = { warm: [] as number[], cold: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    await site.worker.cache.clear("schools");
    const { id } = await site.worker.enqueue("warmup", { domain: "schools", entries: ["lists"], force: true });
    await site.worker.followJob("warmup", id, { signal: AbortSignal.timeout(60_000) });
    for (const request of requests) {
      const { source, ms } = await site.ask(request);
      if (source !== "l2") throw new Error(`a warmed list came from ${source}`);
      times.warm.push(ms);
    }
    for (const request of requests) times.cold.push((await site.ask(request, { cold: true })).ms);
  }
  return { warm: median(times.warm), cold: median(times.cold) };
}

/** The lists that a warm-up of the scope `all` writes. */
async function fixedList({ api: { db, domains } }: Site): Promise<ListRequest[]> {
  const found: ListRequest[] = [];
  for (const { entries, targets } of (domains[0] as Domain).warmup.parts) {
    const entry = shortName(entries[0] as AnyEntry) as ListRequest["entry"];
    for await (const sets of targets?.all({ db, asOf: new Date(), activeDays: 1 }) ?? []) {
      found.push(...sets.map((set) => ({ entry, params: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, String(value)])) })));
    }
  }
  return found;
}
