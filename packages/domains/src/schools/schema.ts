import { sql } from "drizzle-orm";
import { date, doublePrecision, numeric, pgTable, text } from "drizzle-orm/pg-core";

/** What a keyword is looked for in: all names in small letters. */
const searchedNames = sql`lower(coalesce(name_en, '') || e'\\x1f' || coalesce(name_zh, '') || e'\\x1f' || coalesce(name_hans, ''))`;

const schoolColumns = () => ({
  schoolNo: text("school_no").primaryKey(),
  nameEn: text("name_en").notNull(),
  nameZh: text("name_zh"),
  nameHans: text("name_hans"),
  /** How it is funded: 官立, 资助, 直资, 私立 … */
  category: text("category"),
  region: text("region"),
  district: text("district"),
  gender: text("gender"),
  religion: text("religion"),
  band1Rate: numeric("band1_rate"),
  applicationStart: date("application_start"),
  /** The last day of its applications. */
  applicationEnd: date("application_end"),
  address: text("address"),
  telephone: text("telephone"),
  website: text("website"),
  longitude: doublePrecision("longitude"),
  latitude: doublePrecision("latitude"),
  searchedNames: text("searched_names").generatedAlwaysAs(searchedNames),
});

/** Lists are answered from one index of each table, which the migrations make: in the order of the list, with all that is filtered by. */
export const primarySchools = pgTable("primary_schools", {
  ...schoolColumns(),
  schoolNet: text("school_net"),
  teachingLanguage: text("teaching_language"),
});

export const secondarySchools = pgTable("secondary_schools", {
  ...schoolColumns(),
  /** 1A to 3C, or null. */
  schoolGroup: text("school_group"),
});
