import type { ImportFile } from "@caretaker/engine";

const enrolment = { code_module: "text", code_presentation: "text", id_student: "integer" } as const;

/** The files of the Open University Learning Analytics Dataset that the domain is made of, and what is read of them. */
export const ouladFiles = {
  courses: {
    table: "course_progress",
    name: "courses",
    columns: { code_module: "text", code_presentation: "text", start_date: "date", module_presentation_length: "integer" },
  },
  enrolments: {
    table: "course_progress",
    name: "student_info",
    columns: { ...enrolment, num_of_prev_attempts: "integer", studied_credits: "number?", final_result: "text" },
  },
  registrations: { table: "users", name: "registrations", columns: { ...enrolment, date_registered: "date?" } },
  submissions: { table: "course_progress", name: "student_assessments", columns: { ...enrolment, score: "number?" } },
  study_days: {
    table: "study_sessions",
    name: "study_days",
    columns: { ...enrolment, date: "date", sum_click: "integer", vle_rows: "integer", distinct_sites: "integer", top_activity_type: "text?" },
  },
} as const satisfies Record<string, ImportFile>;
