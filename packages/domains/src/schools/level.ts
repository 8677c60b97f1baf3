/** How the two kinds of schools differ: a table each, some columns, and their order in a list. */
export interface Level {
  readonly name: "primary" | "secondary";
  readonly table: string;
  /** Columns that only schools of this level have, by the name of their field. */
  readonly own: Readonly<Record<string, string>>;
  /** What a list is ordered by, before the name; the table's index has it. */
  readonly orderBy: { readonly column: string; readonly how: string };
}

export const primary: Level = {
  name: "primary",
  table: "primary_schools",
  own: { schoolNet: "school_net", teachingLanguage: "teaching_language" },
  orderBy: { column: "band1_rate", how: "desc nulls last" },
};

export const secondary: Level = {
  name: "secondary",
  table: "secondary_schools",
  own: { schoolGroup: "school_group" },
  orderBy: { column: "school_group", how: 'collate "C" nulls last' },
};

/** The order of a level's lists, of columns of `s`: schools of one name by their number. */
export const orderOf = ({ orderBy: { column, how } }: Level): string => `s.${column} ${how}, s.name_en collate "C", s.school_no collate "C"`;

/** The tag of everything that is made of a level's schools. */
export const levelTag = ({ name }: Level): string => `schools:${name}`;

/** The tag of one school. */
export const schoolTag = ({ name }: Level, schoolNo: string): string => `schools:${name}:${schoolNo}`;

/** What `clear` drops: all values of the domain. */
export const namespace = "schools";
