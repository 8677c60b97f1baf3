import { defineSource } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { readSessions } from "./read-sessions.ts";
import { linesOf } from "./record-text.ts";
import type { Session } from "./session.ts";
import type { Span } from "./span.ts";

/** A user's sessions that start in a span. */
export interface SessionWindow {
  readonly userId: number;
  readonly span: Span;
}

/** What was loaded of a user for a window: sessions as text, some of which may lie beyond it; null if there is no such user. */
export type UserSessions = string | null;

/** A window's line: its place and its sessions, null if there is no such user. Every column comes from one index. */
const line = `(
  select w.place || coalesce((
    select string_agg(
      row(
        floor(date_part('epoch', start_time))::bigint * 4 + (end_time is not null)::int * 2 + is_active::int,
        duration_minutes, effectiveness_rating, focus_score, break_count, learning_environment, device_type, subject_category
      )::text, '')
    from study_sessions s
    where s.user_id = w.user_id and s.start_time >= to_timestamp(w.since) and s.start_time < to_timestamp(w.until)
  ), '')
  from users u where u.id = w.user_id
)`;

/** Texts of some lines, since that is what PostgreSQL makes and Node reads fastest. */
const ofMany = {
  name: "learning-user-sessions",
  text: `
    select string_agg(${line}, e'\\n')
    from unnest($1::int[], $2::bigint[], $3::float8[], $4::float8[]) as w(place, user_id, since, until)
    group by w.place / 16`,
};

/** A statement of its own: PostgreSQL would plan the other one anew for each lone user, which takes longer than to run it. */
const ofOne = {
  name: "learning-user-sessions-of-one",
  text: `select ${line} from (select 0, $1::bigint, $2::float8, $3::float8) as w(place, user_id, since, until)`,
};

/**
 * Sessions of users, for all entries that are made of them: windows of one user that touch are loaded as one, and all
 * windows by one query.
 */
export const userSessions = defineSource<SessionWindow, UserSessions, LoadContext>({
  name: "learning.user-sessions",
  async load(windows, { db }) {
    const { userIds, spans, placeOf } = mergeWindows(windows);
    const rows = await (userIds.length === 1
      ? db.rows<[string | null]>(ofOne, [userIds[0], spans[0]?.from, spans[0]?.to])
      : db.rows<[string | null]>(ofMany, [[...userIds.keys()], userIds, spans.map(fromOf), spans.map(toOf)].map(arrayLiteral)));
    const texts = new Array<UserSessions>(userIds.length).fill(null);
    for (const [text] of rows) for (const line of linesOf(text)) texts[Number.parseInt(line, 10)] = line;
    const answers: UserSessions[] = [];
    for (const place of placeOf) answers.push(texts[place] as UserSessions);
    return answers;
  },
});

const fromOf = ({ from }: Span) => from;
const toOf = ({ to }: Span) => to;

/** Numbers as PostgreSQL writes an array of them: what the driver does with a JavaScript array takes many times as long. */
const arrayLiteral = (numbers: readonly number[]) => `{${numbers.join(",")}}`;

/** Windows that overlap or touch the one before of the same user made one with it; `placeOf` says for each window where it went. */
function mergeWindows(windows: readonly SessionWindow[]) {
  const [userIds, spans, placeOf]: [number[], Span[], number[]] = [[], [], []];
  const lastOf = new Map<number, number>();
  for (const { userId, span } of windows) {
    let place = lastOf.get(userId) ?? -1;
    const last = spans[place];
    if (last && span.from <= last.to && span.to >= last.from) spans[place] = union(last, span);
    else {
      place = userIds.length;
      lastOf.set(userId, place);
      userIds.push(userId);
      spans.push(span);
    }
    placeOf.push(place);
  }
  return { userIds, spans, placeOf };
}

function union(a: Span, b: Span): Span {
  if (a.from <= b.from && a.to >= b.to) return a;
  if (b.from <= a.from && b.to >= a.to) return b;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

let last: { text: string; sessions: readonly Session[] } = { text: "", sessions: [] };

/**
 * The sessions of a span. They are read from their text when they are asked for, and only the latest text is remembered,
 * so that entries of one user share the work and a chunk's sessions are never in memory together.
 */
export function sessionsOf(text: string, { from, to }: Span): readonly Session[] {
  if (last.text !== text) last = { text, sessions: readSessions(text) };
  for (const session of last.sessions) if (session.startTime < from || session.startTime >= to) return someOf(last.sessions, { from, to });
  return last.sessions;
}

function someOf(sessions: readonly Session[], { from, to }: Span): Session[] {
  const inside: Session[] = [];
  for (const session of sessions) if (session.startTime >= from && session.startTime < to) inside.push(session);
  return inside;
}
