import { defineSource } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { readSessions } from "./read-sessions.ts";
import type { Session } from "./session.ts";

/** A user's sessions that start in [`from`, `to`), ms since 1970. */
export interface SessionWindow {
  readonly userId: number;
  readonly from: number;
  readonly to: number;
}

/** What was loaded of a user for a window: sessions as text, which may reach beyond it; null if there is no such user. */
export type UserSessions = { readonly window: SessionWindow; readonly text: string | null } | null;

/** One text a window, since that is what PostgreSQL makes and Node reads fastest; every column comes from one index. */
const statement = {
  name: "learning-user-sessions",
  text: `
    select w.place, (select true from users u where u.id = w.user_id), (
      select string_agg(
        row(
          floor(date_part('epoch', start_time))::bigint * 4 + (end_time is not null)::int * 2 + is_active::int,
          duration_minutes, effectiveness_rating, focus_score, break_count, learning_environment, device_type, subject_category
        )::text, e'\\n')
      from study_sessions s
      where s.user_id = w.user_id and s.start_time >= to_timestamp(w.since) and s.start_time < to_timestamp(w.until)
    )
    from unnest($1::int[], $2::bigint[], $3::float8[], $4::float8[]) as w(place, user_id, since, until)`,
};

/**
 * Sessions of users, for all entries that are made of them: windows of one user that touch are loaded as one, and all
 * windows by one query.
 */
export const userSessions = defineSource<SessionWindow, UserSessions, LoadContext>({
  name: "learning.user-sessions",
  async load(windows, { db }) {
    const { merged, placeOf } = mergeWindows(windows);
    const rows = await db.rows<[number, true | null, string | null]>(statement, [
      arrayLiteral(merged.map((_, place) => place)),
      arrayLiteral(merged.map(({ userId }) => userId)),
      arrayLiteral(merged.map(({ from }) => from / 1_000)),
      arrayLiteral(merged.map(({ to }) => to / 1_000)),
    ]);
    const texts: (string | null)[] = [];
    for (const [place, exists, text] of rows) if (exists) texts[place] = text;
    return windows.map((window, index) => {
      const text = texts[placeOf[index] ?? -1];
      return text === undefined ? null : { window, text };
    });
  },
});

/** Numbers as PostgreSQL writes an array of them: what the driver does with a JavaScript array takes many times as long. */
const arrayLiteral = (numbers: readonly number[]) => `{${numbers.join(",")}}`;

/** Windows that overlap or touch the one before of the same user made one with it; `placeOf` says for each window where it went. */
function mergeWindows(windows: readonly SessionWindow[]) {
  const merged: { userId: number; from: number; to: number }[] = [];
  const placeOf: number[] = [];
  const lastOf = new Map<number, number>();
  for (const { userId, from, to } of windows) {
    const place = lastOf.get(userId) ?? -1;
    const last = merged[place];
    if (last && from <= last.to && to >= last.from) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
      placeOf.push(place);
    } else {
      lastOf.set(userId, merged.length);
      placeOf.push(merged.length);
      merged.push({ userId, from, to });
    }
  }
  return { merged, placeOf };
}

const none: readonly Session[] = Object.freeze([]);
let last: { text: string; sessions: readonly Session[] } = { text: "", sessions: none };

/**
 * The sessions of a window. They are read from their text when they are asked for, and only the latest text is remembered,
 * so that entries of one user share the work and a chunk's sessions are never in memory together.
 */
export function sessionsOf({ text, window: { from, to } }: NonNullable<UserSessions>): readonly Session[] {
  if (text === null) return none;
  if (last.text !== text) last = { text, sessions: readSessions(text) };
  return last.sessions.filter(({ startTime }) => startTime >= from && startTime < to);
}
