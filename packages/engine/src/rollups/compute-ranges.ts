import type { Session } from "@caretaker/db";
import { withoutClosed } from "./closed-days.ts";
import { type DayRange, firstDay } from "./day-ranges.ts";
import type { Rollup } from "./rollup.ts";

/** What came of computing days: those that have rows, or had a row before, and the rows of the target that are other than before. */
export interface Computed {
  readonly days: number;
  readonly changed: number;
}

/** Computes the days of ranges from their rows and sets them: new rows are added, others replaced where they differ, and those of days without rows deleted. */
export async function computeRanges(session: Session, rollup: Rollup, given: readonly DayRange[]): Promise<Computed> {
  const ranges = await withoutClosed(session, rollup, given);
  if (ranges.length === 0) return { days: 0, changed: 0 };
  const { rows } = await session.query<Computed>(statementOf(rollup), boundsOf(rollup, ranges));
  return rows[0] as Computed;
}

function boundsOf({ calendar, reachDays = 0 }: Rollup, ranges: readonly DayRange[]): unknown[] {
  const startOf = (day: string, days: number) => {
    const other = calendar.plusDays(day, days);
    return new Date(calendar.startOf(other < firstDay ? firstDay : other)).toISOString();
  };
  return [
    ranges.map((_, place) => place),
    ranges.map(({ subject }) => subject),
    ranges.map(({ from }) => from),
    ranges.map(({ to }) => to),
    ranges.map(({ from }) => startOf(from, -reachDays)),
    ranges.map(({ to }) => startOf(to, 1)),
  ];
}

function statementOf({ subject: { column, type }, target: { table, day, columns }, rows }: Rollup): string {
  const all = [column, day, ...columns];
  const of = (alias: string, names: readonly string[] = columns) => names.map((name) => `${alias}.${name}`).join(", ");
  return `
    with ranges as materialized (
      select * from unnest($1::int[], $2::${type}[], $3::date[], $4::date[], $5::timestamptz[], $6::timestamptz[])
        as given (place, subject, from_day, to_day, since, until)
    ), fresh as materialized (${rows}
    ), old as materialized (
      select ${of("target", all)} from ranges join ${table} target on target.${column} = subject and target.${day} between from_day and to_day
    ), written as (
      insert into ${table} (${all.join(", ")})
      select ${of("fresh", all)} from fresh left join old using (${column}, ${day})
      where old.${column} is null or (${of("old")}) is distinct from (${of("fresh")})
      on conflict (${column}, ${day}) do update set (${columns.join(", ")}) = row (${of("excluded")})
      returning 1
    ), lost as materialized (
      select ${of("old", [column, day])} from old left join fresh using (${column}, ${day}) where fresh.${column} is null
    ), gone as (
      delete from ${table} target using lost where target.${column} = lost.${column} and target.${day} = lost.${day}
      returning 1
    )
    select (select count(*) from fresh)::int + (select count(*) from gone)::int as days,
      (select count(*) from written)::int + (select count(*) from gone)::int as changed`;
}
