import { z } from "zod";
import type { Sum } from "./mean.ts";
import type { Session } from "./session.ts";

const texts = {
  "lengthen-sessions": "Your sessions are short: try to stay with it for half an hour or more.",
  "change-method": "You rate your sessions low: try another way of studying.",
  "leave-home": "You study mostly at home: try the library or another quiet place.",
  "keep-mornings": "You study most in the morning: keep it up.",
  "study-earlier": "You study most late in the evening: try to start earlier.",
} as const;
type Code = keyof typeof texts;

/** Advice to a user: a code for programs, a text for people. */
export const recommendation = z.strictObject({ code: z.enum(Object.keys(texts) as [Code, ...Code[]]), text: z.string() });

type Recommendation = z.infer<typeof recommendation>;

const recommendations = Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, Object.freeze({ code, text })])) as unknown as Readonly<
  Record<Code, Recommendation>
>;

interface Facts {
  readonly sessions: readonly Session[];
  readonly rating: Sum;
  readonly preferredEnvironment: string | null;
  readonly peakHours: ReadonlyMap<string, number>;
}

/** What a user is advised, in a fixed order; nothing without sessions. A mean rating over no ratings is 0. */
export function recommend({ sessions, rating, preferredEnvironment, peakHours }: Facts): Recommendation[] {
  if (sessions.length === 0) return [];
  const minutes = sessions.reduce((sum, session) => sum + session.minutes, 0);
  const hour = busiestHour(peakHours);
  const advice: Code[] = [];
  if (minutes < 30 * sessions.length) advice.push("lengthen-sessions");
  if (rating.sum < 3 * rating.count || rating.count === 0) advice.push("change-method");
  if (preferredEnvironment === "home") advice.push("leave-home");
  if (hour >= 6 && hour <= 10) advice.push("keep-mornings");
  else if (hour >= 20 && hour <= 23) advice.push("study-earlier");
  return advice.map((code) => recommendations[code]);
}

/** The hour with the most sessions, the earliest on a tie. */
function busiestHour(peakHours: ReadonlyMap<string, number>): number {
  let busiest = -1;
  let most = 0;
  peakHours.forEach((sessions, hour) => {
    if (sessions < most || (sessions === most && Number(hour) > busiest)) return;
    busiest = Number(hour);
    most = sessions;
  });
  return busiest;
}
