/** SQL for a number from 0 to 1 that is the same for the same row and purpose, and looks like chance. */
export const chance = (row: string, purpose: number): string => `((hashint8extended(${row}, ${purpose}) & 2147483647) / 2147483648.0::float8)`;

/** SQL for one of some texts, as likely as each other. */
export const oneOf = (values: readonly string[], row: string, purpose: number): string =>
  `(array[${values.map((value) => `'${value}'`)}])[1 + floor(${values.length} * ${chance(row, purpose)})::int]`;
