import type { ImportFacts } from "@caretaker/engine";
import { tz } from "./schedules.ts";

const nets = [11, 12, 14, 16, 18, 31, 32, 34, 35, 40, 41, 43, 45, 46, 48, 62, 64, 65, 66, 70, 71, 72, 74, 80, 81, 83, 84, 88, 89, 91, 95, 97, 98];
const languages = ["中文", "英文", "中英文"];
const groups = ["1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C"];
const oneOf = (values: readonly (string | number)[]) => `(array[${values.map((value) => `'${value}'`)}])[1 + n % ${values.length}]`;

/**
 * One school a school_no, that of its first line. The source has no school net, teaching language, band, group or application
 * dates: these are made up of the sum `n` of the number's character codes.
 */
const stageSchools = `
  create temp table staged_schools on commit drop as
  select first.*, made.n, (make_date(year, 1, 1) + n % 330) as starts
  from (select distinct on (school_no) * from hk_schools order by school_no, ctid) first,
    lateral (select sum(ascii(letter))::int as n from string_to_table(school_no, null) letter) made,
    (select coalesce(year, extract(year from now() at time zone '${tz}')::int) as year from import_options) options`;

const common = {
  school_no: "school_no",
  name_en: "name_en",
  name_zh: "name_zh",
  name_hans: "null",
  category: "finance_hans",
  region: "region_hans",
  district: "district_hans",
  gender: "gender_zh",
  religion: "religion_zh",
  band1_rate: "(n % 1001) / 10.0",
  application_start: "case when n % 7 <> 0 then starts end",
  application_end: "case when n % 7 <> 0 then starts + 60 end",
  address: "address_zh",
  telephone: "telephone",
  website: "website",
  longitude: "longitude",
  latitude: "latitude",
};

/** Brings the schools of a level into its table; rows that are the same are left alone. */
function mergeLevel(level: string, table: string, own: Readonly<Record<string, string>>): string {
  const columns = { ...common, ...own };
  const names = Object.keys(columns);
  return `
    insert into ${table} as old (${names})
    select ${Object.values(columns)} from staged_schools where school_level = '${level}'
    on conflict (school_no) do update set (${names}) = row (${names.map((name) => `excluded.${name}`)})
    where (${names.map((name) => `old.${name}`)}) is distinct from (${names.map((name) => `excluded.${name}`)})`;
}

const count = (level: string) => `select count(*) from staged_schools where school_level = '${level}'`;

/** "School Location and Information" of Hong Kong's Education Bureau. */
export const files: ImportFacts = {
  files: {
    hk_schools: {
      name: "hk_schools",
      table: "primary_schools",
      columns: {
        school_no: "text",
        school_level: "text",
        name_en: "text",
        name_zh: "text?",
        address_zh: "text?",
        longitude: "number?",
        latitude: "number?",
        gender_zh: "text?",
        finance_hans: "text?",
        district_hans: "text?",
        region_hans: "text?",
        religion_zh: "text?",
        telephone: "text?",
        website: "text?",
      },
    },
  },
  merge: [
    stageSchools,
    mergeLevel("PRIMARY", "primary_schools", { school_net: oneOf(nets), teaching_language: oneOf(languages) }),
    mergeLevel("SECONDARY", "secondary_schools", { school_group: `case when n % 11 <> 0 then ${oneOf(groups)} end` }),
  ],
  rows: { primary_schools: count("PRIMARY"), secondary_schools: count("SECONDARY") },
};
