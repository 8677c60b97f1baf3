import { defineEntry } from "@caretaker/cache";
import { integerParam, optionalTextParam } from "@caretaker/contracts";
import { z } from "zod";
import { levelTag, namespace, primary, secondary } from "../level.ts";
import { createListLoader } from "../list-loader.ts";
import { primarySchool, secondarySchool } from "../school.ts";

const largestPage = 100;
const params = {
  category: optionalTextParam,
  district: optionalTextParam,
  gender: optionalTextParam,
  religion: optionalTextParam,
  keyword: optionalTextParam,
  page: integerParam.refine((page) => page >= 1, "pages begin with 1").default(1),
  pageSize: integerParam.refine((size) => size >= 1 && size <= largestPage, `a page has 1 to ${largestPage} schools`).default(20),
};

const pageOf = <School extends z.ZodType>(school: School) =>
  z.strictObject({ list: z.array(school), total: z.int(), page: z.int(), pageSize: z.int(), totalPages: z.int() });

/** `primary-list`: a page of the primary schools that fit, by their share of pupils in band 1. */
export const primaryList = defineEntry({
  name: "schools.primary-list",
  key: "schools:primary:list",
  params: z.strictObject({ ...params, schoolNet: optionalTextParam, teachingLanguage: optionalTextParam }),
  value: pageOf(primarySchool),
  ttl: "5m",
  namespace,
  tags: () => [levelTag(primary)],
  loadMany: createListLoader<z.infer<typeof primarySchool>>(primary),
});

/** `secondary-list`: a page of the secondary schools that fit, by their group. */
export const secondaryList = defineEntry({
  name: "schools.secondary-list",
  key: "schools:secondary:list",
  params: z.strictObject({ ...params, schoolGroup: optionalTextParam }),
  value: pageOf(secondarySchool),
  ttl: "5m",
  namespace,
  tags: () => [levelTag(secondary)],
  loadMany: createListLoader<z.infer<typeof secondarySchool>>(secondary),
});
