import { chance, type DemoFacts, oneOf } from "@caretaker/engine";

const districts = {
  港岛: ["中西区", "湾仔区", "东区", "南区"],
  九龙: ["油尖旺区", "深水埗区", "九龙城区", "黄大仙区", "观塘区"],
  新界: ["沙田区", "元朗区", "屯门区", "葵青区", "西贡区", "大埔区", "北区", "荃湾区", "离岛区"],
};
const places = Object.entries(districts).flatMap(([region, names]) => names.map((name) => `${region}/${name}`));
const categories = ["资助", "资助", "资助", "资助", "资助", "资助", "官立", "直资", "私立", "私立"];
const saints = [
  "St. Paul",
  "St. Mary",
  "Sheng Kung Hui",
  "Po Leung Kuk",
  "Tung Wah",
  "Lok Sin Tong",
  "Buddhist",
  "Baptist",
  "Government",
  "Christian Alliance",
];
const families = [
  "Chan Siu Kei",
  "Lee Hysan",
  "Wong Wah San",
  "Ho Fung",
  "Leung Kau Kui",
  "Ng Ah Choi",
  "Cheung Chuk Shan",
  "Lui Kwok",
  "Tang Shiu Kin",
  "Yip Yat",
];
const namesZh = ["聖保羅", "聖瑪利", "聖公會", "保良局", "東華三院", "樂善堂", "佛教", "浸信會", "官立", "宣道"];

/** Schools with numbers that no real one has; `g` counts them. */
const rowsOf = (kind: { en: string; zh: string; purpose: number }) => `
  select '9' || lpad(g::text, 11, '0'), ${oneOf(saints, "g", kind.purpose)} || ' ' || ${oneOf(families, "g", kind.purpose + 1)} || ' ${kind.en}' || case when g > 500 then ' ' || g else '' end,
    ${oneOf(namesZh, "g", kind.purpose)} || '${kind.zh}' || g, ${oneOf(categories, "g", kind.purpose + 2)}, split_part(place, '/', 1), split_part(place, '/', 2),
    ${oneOf(["男女", "男女", "男女", "男女", "男", "女"], "g", kind.purpose + 3)}, ${oneOf(["基督教", "天主教", "佛教", "不適用", "不適用"], "g", kind.purpose + 4)},
    round((100 * ${chance("g", kind.purpose + 5)})::numeric, 1), starts, starts + 60, split_part(place, '/', 2) || '道' || 1 + g % 300 || '号', (20000000 + g)::text`;
const from = (purpose: number) => `
  from generate_series(1, $1::bigint) g, lateral (select ${oneOf(places, "g", purpose)} as place) p,
    lateral (select case when g % 7 <> 0 then $2::date - 150 + floor(300 * ${chance("g", purpose + 1)})::int end as starts) w`;
const columns =
  "school_no, name_en, name_zh, category, region, district, gender, religion, band1_rate, application_start, application_end, address, telephone";

const fillPrimary = `
  insert into primary_schools (${columns}, school_net, teaching_language)
  ${rowsOf({ en: "Primary School", zh: "小學", purpose: 1 })}, (11 + g % 60)::text, ${oneOf(["中文", "英文", "中英文"], "g", 8)} ${from(20)}`;
const fillSecondary = `
  insert into secondary_schools (${columns}, school_group)
  ${rowsOf({ en: "College", zh: "中學", purpose: 10 })}, case when g % 11 <> 0 then ${oneOf(["1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C"], "g", 18)} end ${from(30)}`;

const schoolsOfALevel = 500;

/** A directory of made-up schools, half of them primary. */
export const demo: DemoFacts = {
  tables: ["primary_schools", "secondary_schools"],
  async fill(client, asOf, scale) {
    await client.query(fillPrimary, [Math.ceil(schoolsOfALevel * scale), asOf]);
    await client.query(fillSecondary, [Math.ceil(schoolsOfALevel * scale), asOf]);
    return {};
  },
};
