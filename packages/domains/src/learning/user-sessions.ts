import { defineSource } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import type { Session } from "./session.ts";

/** A user's sessions that start in [`from`, `to`), ms since 1970. */
export interface SessionWindow {
  readonly userId: number;
  readonly from: number;
  readonly to: number;
}

/** The sessions of a window, or null if there is no such user. */
export type UserSessions = readonly Session[] | null;

const [betweenFields, betweenSessions] = ["\u001f", "\u001e"];
const none: readonly Session[] = Object.freeze([]);

/** One text a window, since that is what PostgreSQL makes and Node reads fastest; every column comes from one index. */
const statement = {
  name: "learning-user-sessions",
  text: `
    select w.place, u.id is not null, (
      select string_agg(
        floor(date_part('epoch', start_time))::bigint || e'\\x1f' || (end_time is not null)::int || e'\\x1f' || is_active::int || e'\\x1f' ||
        duration_minutes || e'\\x1f' || coalesce(effectiveness_rating::text, '') || e'\\x1f' || coalesce((focus_score * 100)::int::text, '') || e'\\x1f' ||
        break_count || e'\\x1f' || date_part('hour', start_time at time zone $5) || e'\\x1f' ||
        translate(coalesce(learning_environment, ''), e'\\x1e\\x1f', '  ') || e'\\x1f' || translate(coalesce(device_type, ''), e'\\x1e\\x1f', '  ') || e'\\x1f' ||
        translate(coalesce(subject_category, ''), e'\\x1e\\x1f', '  '),
        e'\\x1e')
      from study_sessions s
      where s.user_id = w.user_id and s.start_time >= to_timestamp(w.since) and s.start_time < to_timestamp(w.until)
    )
    from unnest($1::int[], $2::bigint[], $3::float8[], $4::float8[]) as w(place, user_id, since, until)
    left join users u on u.id = w.user_id`,
};

/**
 * Sessions of users, for all entries that are made of them: windows of one user that touch are loaded as one, and all
 * windows by one query.
 */
export function createUserSessions(tz: string) {
  return defineSource<SessionWindow, UserSessions, LoadContext>({
    name: "learning.user-sessions",
    async load(windows, { db }) {
      const { merged, placeOf } = mergeWindows(windows);
      const rows = await db.rows<[number, boolean, string | null]>(statement, [
        arrayLiteral(merged.map((_, place) => place)),
        arrayLiteral(merged.map(({ userId }) => userId)),
        arrayLiteral(merged.map(({ from }) => from / 1_000)),
        arrayLiteral(merged.map(({ to }) => to / 1_000)),
        tz,
      ]);
      const loaded: UserSessions[] = [];
      for (const [place, exists, text] of rows) loaded[place] = exists ? readSessions(text) : null;
      return windows.map((window, index) => cut(loaded[placeOf[index] ?? -1] ?? null, window));
    },
  });
}

/** Numbers as PostgreSQL writes an array of them: what the driver does with a JavaScript array takes many times as long. */
const arrayLiteral = (numbers: readonly number[]) => `{${numbers.join(",")}}`;

/** Windows of the same user that overlap or touch made one; `placeOf` says for each window where it went. */
function mergeWindows(windows: readonly SessionWindow[]) {
  const merged: { userId: number; from: number; to: number }[] = [];
  const placeOf: number[] = [];
  const order = windows.map((_, index) => index).sort((a, b) => compare(windows[a] as SessionWindow, windows[b] as SessionWindow));
  for (const index of order) {
    const window = windows[index] as SessionWindow;
    const last = merged.at(-1);
    if (last && last.userId === window.userId && window.from <= last.to) last.to = Math.max(last.to, window.to);
    else merged.push({ ...window });
    placeOf[index] = merged.length - 1;
  }
  return { merged, placeOf };
}

const compare = (a: SessionWindow, b: SessionWindow) => a.userId - b.userId || a.from - b.from;

function cut(sessions: UserSessions, { from, to }: SessionWindow): UserSessions {
  if (!sessions || sessions.length === 0) return sessions;
  const inside = sessions.filter(({ startTime }) => startTime >= from && startTime < to);
  return inside.length === 0 ? none : inside;
}

const readSessions = (text: string | null): readonly Session[] => (text === null ? none : text.split(betweenSessions).map(readSession));

function readSession(text: string): Session {
  const [start, ended, active, minutes, rating, focus, breaks, hour, environment, device, subject] = text.split(betweenFields) as string[];
  return {
    startTime: Number(start) * 1_000,
    hasEnded: ended === "1",
    isActive: active === "1",
    minutes: Number(minutes),
    rating: rating ? Number(rating) : null,
    focus: focus ? Number(focus) : null,
    breaks: Number(breaks),
    hour: hour ?? "",
    environment: environment || null,
    device: device || null,
    subject: subject || null,
  };
}
