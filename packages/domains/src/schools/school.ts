import { z } from "zod";
import { applicationStatuses } from "./application-status.ts";
import type { Level } from "./level.ts";

/** The columns of a school in a list, by the name of their field, in the order of the fields. */
const listColumns: Readonly<Record<string, string>> = {
  schoolNo: "school_no",
  nameEn: "name_en",
  nameZh: "name_zh",
  nameHans: "name_hans",
  category: "category",
  region: "region",
  district: "district",
  gender: "gender",
  religion: "religion",
  band1Rate: "band1_rate::float8",
  applicationStart: "application_start::text",
  applicationEnd: "application_end::text",
};
const detailColumns: Readonly<Record<string, string>> = {
  address: "address",
  telephone: "telephone",
  website: "website",
  longitude: "longitude",
  latitude: "latitude",
};

const text = z.string().nullable();
const number = z.number().nullable();
const common = {
  schoolNo: z.string(),
  nameEn: z.string(),
  nameZh: text,
  nameHans: text,
  category: text,
  region: text,
  district: text,
  gender: text,
  religion: text,
  band1Rate: number,
  applicationStart: text,
  applicationEnd: text,
};
/** A primary school in a list. */
export const primarySchool = z.strictObject({ ...common, schoolNet: text, teachingLanguage: text });
/** A secondary school in a list. */
export const secondarySchool = z.strictObject({ ...common, schoolGroup: text });
/** What is told of a school by itself, besides. */
export const details = {
  address: text,
  telephone: text,
  website: text,
  longitude: number,
  latitude: number,
  applicationStatus: z.enum(applicationStatuses),
};

/** The fields of a level's schools in lists, with the columns that they come from. */
export const listFields = ({ own }: Level) => ({ ...listColumns, ...own });
/** The fields of a level's schools by themselves. */
export const detailFields = (level: Level) => ({ ...listFields(level), ...detailColumns });

/** Columns to select from `s`, in the order of `fields`. */
export const select = (fields: Readonly<Record<string, string>>): string =>
  Object.values(fields)
    .map((column) => `s.${column}`)
    .join(", ");

/** A selected row as the object of its fields. */
export const toObject = <T>(fields: Readonly<Record<string, string>>, row: readonly unknown[]): T =>
  Object.fromEntries(Object.keys(fields).map((field, index) => [field, row[index]])) as T;
