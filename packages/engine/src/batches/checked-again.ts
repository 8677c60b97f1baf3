/**
 * A condition, in SQL, on rows that are found by their `ctid`. No index fits it in this form: the planner has taken one that
 * does for a shorter way to few rows, and gone through all that it holds for each of a thousand.
 */
export const checkedAgain = (condition: string): string => `case when ${condition} then true end`;
