import type { CsvFile } from "./read-csv.ts";

const enrolment = { code_module: "text", code_presentation: "text", id_student: "integer" } as const;

/** The files of the Open University Learning Analytics Dataset that the domain is made of, and what is read of them. */
export const ouladFiles = {
  courses: {
    name: "courses",
    columns: { code_module: "text", code_presentation: "text", start_date: "date", module_presentation_length: "integer" },
  },
  enrolments: { name: "student_info", columns: { ...enrolment, num_of_prev_attempts: "integer", studied_credits: "number?", final_result: "text" } },
  registrations: { name: "registrations", columns: { ...enrolment, date_registered: "date?" } },
  submissions: { name: "student_assessments", columns: { ...enrolment, score: "number?" } },
  study_days: {
    name: "study_days",
    columns: { ...enrolment, date: "date", sum_click: "integer", vle_rows: "integer", distinct_sites: "integer", top_activity_type: "text?" },
  },
} as const satisfies Record<string, CsvFile>;
