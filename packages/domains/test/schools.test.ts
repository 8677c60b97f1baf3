import { existsSync } from "node:fs";
import { type AnyEntry, type DemoFacts, fillDemo, findEntry, shortName } from "@caretaker/engine";
import { expect, test, vi } from "vitest";
import { importRows, openDomain, rowsOf } from "./open-domain.ts";

const asOf = new Date("2026-03-11T15:59:00Z");
const today = "2026-03-11";
const folder = "schools";

/** A list by a condition that says in SQL what its parameters say in words; primary schools unless `table` says otherwise. */
interface Case {
  readonly params: Record<string, unknown>;
  readonly where: string;
  readonly secondary?: boolean;
}

const cases: Case[] = [
  { params: {}, where: "true" },
  { params: {}, where: "true", secondary: true },
  { params: { page: 3, pageSize: 7 }, where: "true" },
  { params: { page: "99" }, where: "true" },
  { params: { category: "官立" }, where: "category = '官立'" },
  { params: { schoolNet: 41 }, where: "school_net = '41'" },
  { params: { teachingLanguage: "英文", gender: "男女" }, where: "teaching_language = '英文' and gender = '男女'" },
  { params: { schoolGroup: "1A", religion: "基督教" }, where: "school_group = '1A' and religion = '基督教'", secondary: true },
  { params: { district: "中西区" }, where: "district = '中西区'" },
  { params: { district: "中西" }, where: "district = '中西区'" },
  { params: { district: "港岛区" }, where: "region = '港岛'" },
  { params: { district: "港岛" }, where: "region = '港岛'", secondary: true },
  { params: { district: "港岛（中西区）" }, where: "region = '港岛' and district = '中西区'" },
  { params: { district: "九龙（中西区）" }, where: "false" },
  { params: { district: "九龙城", schoolGroup: "1A" }, where: "district = '九龙城区' and school_group = '1A'", secondary: true },
  { params: { keyword: "college" }, where: "name_en like '%COLLEGE%'", secondary: true },
  { params: { keyword: "天主教" }, where: "name_zh like '%天主教%'" },
  { params: { keyword: "%" }, where: "strpos(name_en || name_zh, '%') > 0" },
  { params: { keyword: "s_t" }, where: "strpos(lower(name_en), 's_t') > 0" },
  { params: { keyword: "" }, where: "true" },
  { params: { category: "nowhere" }, where: "false" },
];

const nothing = !existsSync(rowsOf(folder));
test.skipIf(nothing)(
  "the Education Bureau's rows: every list is what SQL makes of it (skipped where the files are not beside the repository)",
  async () => {
    await using all = await openDomain(folder, () => asOf);
    const { query, read } = all;
    expect(await importRows(all, folder, { year: 2026 })).toEqual({
      tables: { primary_schools: { rows: 421, refused: 0 }, secondary_schools: { rows: 369, refused: 0 } },
    });
    for (const { params, where, secondary } of cases) {
      const { page = 1, pageSize = 20 } = params as { page?: number; pageSize?: number };
      const [table, order, own] = secondary
        ? ["secondary_schools", "school_group asc", "school_group"]
        : ["primary_schools", "band1_rate desc", "school_net"];
      const matching = await query<{ school_no: string; own: string | null }>(
        `select school_no, ${own} as own from ${table} where ${where} order by ${order} nulls last, name_en collate "C", school_no collate "C"`,
      );
      const expected = matching.slice((Number(page) - 1) * Number(pageSize), Number(page) * Number(pageSize));
      const value = (await read(secondary ? "secondary-list" : "primary-list", params)) as { list: Record<string, unknown>[] };
      expect(value, JSON.stringify(params)).toMatchObject({
        total: matching.length,
        page: Number(page),
        pageSize: Number(pageSize),
        totalPages: Math.ceil(matching.length / Number(pageSize)),
      });
      expect(value.list.map((school) => [school.schoolNo, school[secondary ? "schoolGroup" : "schoolNet"]])).toEqual(
        expected.map((row) => [row.school_no, row.own]),
      );
    }
  },
);

test.skipIf(nothing)("the same rows: made-up columns, details, statuses, filters and stats, and importing again changes nothing", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { query, read } = all;
  await importRows(all, folder, { year: 2026 });
  const versions = () => query("select school_no, xmin from primary_schools union all select school_no, xmin from secondary_schools order by 1");
  const before = await versions();
  await importRows(all, folder, { year: 2026 });
  expect(await versions()).toEqual(before);

  // 112526000123 has the character codes 48 + each digit: 12 × 48 + 23 = 599
  expect(await read("primary-detail", { schoolNo: "112526000123" })).toEqual({
    schoolNo: "112526000123",
    nameEn: "SHATIN PUBLIC SCHOOL (PRIMARY SECTION)",
    nameZh: "沙田公立學校(小學部)",
    nameHans: null,
    category: "资助",
    region: "新界",
    district: "沙田区",
    schoolNet: "31",
    gender: "男女",
    religion: "不適用",
    teachingLanguage: "中英文",
    band1Rate: 59.9,
    applicationStart: "2026-09-27",
    applicationEnd: "2026-11-26",
    address: "新界沙田大圍積輝街15號",
    telephone: "26911492",
    website: "http://www.shatinpublicschool.edu.hk",
    longitude: 114.17678698,
    latitude: 22.37514547,
    applicationStatus: "closed",
  });
  expect(await read("primary-detail", { schoolNo: "112526000133" })).toBeNull();

  const status = `case when application_start is null then 'none' when date '${today}' not between application_start and application_end then 'closed'
    when application_end - date '${today}' <= 7 then 'deadline' else 'open' end`;
  for (const level of ["primary", "secondary"]) {
    const schools = await query<{ school_no: string; status: string }>(`select school_no, ${status} as status from ${level}_schools`);
    const read20 = schools.filter((_, index) => index % 20 === 0);
    const details = await Promise.all(read20.map(({ school_no }) => read(`${level}-detail`, { schoolNo: school_no })));
    expect(details.map((detail) => (detail as { applicationStatus: string }).applicationStatus)).toEqual(read20.map((row) => row.status));
    const open = schools.filter((row) => row.status === "open" || row.status === "deadline").length;
    expect(await read(`${level}-stats`, {})).toEqual({ totalSchools: schools.length, openApplications: open });
    const distinct = async (column: string) =>
      (
        await query<{ value: string }>(`select distinct ${column} collate "C" as value from ${level}_schools where ${column} is not null order by 1`)
      ).map(({ value }) => value);
    expect(await read(`${level}-filters`, {})).toEqual({
      districts: await distinct("district"),
      categories: await distinct("category"),
      genders: await distinct("gender"),
      religions: await distinct("religion"),
      ...(level === "primary" ? { schoolNets: await distinct("school_net") } : { schoolGroups: await distinct("school_group") }),
    });
  }
});

test("each scope and group warms the lists, filters and stats that it stands for", async () => {
  await using all = await openDomain(folder, () => asOf);
  const targets = async (payload: object) => ((await all.warmUp({ force: true, ...payload })) as { targets: number; written: number }).targets;
  expect(await targets({ scope: "all" })).toBe(21);
  expect(await targets({})).toBe(21);
  expect(await targets({ entries: ["lists"] })).toBe(17);
  expect(await targets({ entries: ["primary"] })).toBe(9);
  expect(await targets({ entries: ["secondary"] })).toBe(8);
  expect(await targets({ entries: ["stats"] })).toBe(4);
});

test("a warmed list is answered from the cache, without asking the database", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { engine, domain } = all;
  await all.warmUp({ entries: ["lists"], force: true });
  const queries = vi.spyOn(engine.db, "rows");
  const ask = async (name: string, params: object) => {
    const entry = findEntry(domain, name) as AnyEntry;
    const parsed = entry.params.safeParse(params);
    return parsed.success && (await engine.cache.get(entry, parsed.data)).source;
  };
  const sources: unknown[] = [];
  for (const { entries, targets } of domain.warmup.parts.filter((part) => part.targets)) {
    for await (const sets of targets?.all({ db: engine.db, asOf, activeDays: 1 }) ?? [])
      for (const params of sets) sources.push(await ask(shortName(entries[0] as AnyEntry), params));
  }
  expect(sources).toEqual(Array.from({ length: 17 }, () => "l2"));
  expect(await ask("primary-list", { category: "官立" })).toBe("l1");
  expect(queries).not.toHaveBeenCalled();
  expect(await ask("primary-list", { category: "官立", page: "2" })).toBe("miss");
  expect(queries).toHaveBeenCalledOnce();
});

test("a change drops the lists of its level, and those that readers ask for are warmed again by themselves", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { engine, query, read } = all;
  await using relay = engine.relay();
  await relay.ready;
  await query("insert into primary_schools (school_no, name_en, band1_rate) values ('1', 'One', 10), ('2', 'Two', null), ('3', 'Three', null)");
  const total = async (entry: string) => ((await read(entry, { keyword: "o" })) as { total: number }).total;
  expect(await Promise.all([total("primary-list"), total("secondary-list")])).toEqual([2, 0]);
  const loads: object[] = [];
  engine.cache.events.on("load", (load) => loads.push(load));
  await query("update primary_schools set name_en = 'Solo' where school_no = '3'");
  await expect.poll(() => loads).toMatchObject([{ entry: "schools.primary-list", values: 1 }]);
  await expect.poll(() => total("primary-list")).toBe(3);
  expect(loads).toHaveLength(1);
});

test("many lists that are loaded at once are what each is by itself", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { engine, domain, read } = all;
  await fillDemo(engine.db, domain.demo as DemoFacts, asOf);
  const districts = ["沙田区", "沙田", "中西", "港岛", "九龙", "新界区", "nowhere"].map((district) => ({ district }));
  const pairs = ["港岛（中西区）", "新界（沙田区）", "九龙（中西区）", "九龙（油尖旺）"].map((district) => ({ district, gender: "男女" }));
  const groups = ["1A", "1B", "2A", "3C"].flatMap((schoolGroup) => ["1", "2", "9"].map((page) => ({ schoolGroup, page, pageSize: "7" })));
  const keywords = ["wah", "lee", "聖", "%", "st. "].map((keyword) => ({ keyword }));
  for (const [name, sets] of Object.entries({
    "primary-list": [{}, ...districts, ...pairs, ...keywords],
    "secondary-list": [...districts, ...pairs, ...groups],
  })) {
    const entry = findEntry(domain, name) as AnyEntry;
    const parsed = sets.map((set) => entry.params.safeParse(set)).flatMap((result) => (result.success ? result.data : []));
    const together = await engine.cache.getMany(entry, parsed);
    await engine.cache.clear(folder);
    const alone: unknown[] = [];
    for (const set of sets) alone.push(await read(name, set));
    expect(together, name).toEqual(alone);
    expect(new Set(together.map((page) => JSON.stringify(page))).size, name).toBeGreaterThan(sets.length / 2);
  }
});

test("schools without a band come last, by their names", async () => {
  await using all = await openDomain(folder, () => asOf);
  await all.query(
    `insert into primary_schools (school_no, name_en, band1_rate)
    values ('1', 'b', null), ('2', 'a', null), ('3', 'B', null), ('4', 'z', 0), ('5', 'y', 99.9), ('7', 'a', null), ('6', 'a', null)`,
  );
  const { list } = (await all.read("primary-list", {})) as { list: { schoolNo: string }[] };
  expect(list.map(({ schoolNo }) => schoolNo)).toEqual(["5", "4", "3", "2", "6", "7", "1"]);
});

test("a warm-up says afterwards how many of its values were read", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { engine } = all;
  const { id } = await all.finish("warmup", { entries: ["lists"] });
  const reads = async () => ((await engine.recallJob("warmup", id)) as { result: { reads: number } }).result.reads;
  expect(await reads()).toBe(0);
  for (const params of [{}, { category: "官立" }, { category: "官立" }, { keyword: "not warmed" }]) await all.read("primary-list", params);
  expect(await reads()).toBe(2);
});

test("what readers asked for is warmed by popularity once it has gone", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { engine, read } = all;
  await read("primary-list", { keyword: "rare", page: "2" });
  await engine.cache.clear(folder);
  expect(await all.warmUp({ scope: "popular" })).toMatchObject({ targets: 1, written: 1 });
  expect(await all.warmUp({ scope: "popular" })).toMatchObject({ targets: 0 });
});
