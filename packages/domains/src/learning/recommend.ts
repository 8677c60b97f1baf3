import { z } from "zod";
import type { Sum } from "./sum.ts";

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
  readonly sessions: number;
  readonly minutes: number;
  readonly rating: Sum;
  readonly preferredEnvironment: string | null;
  /** Sessions by hour of the day. */
  readonly hours: readonly number[];
}

/** What a user is advised, in a fixed order; nothing without sessions. A mean rating over no ratings is 0. */
export function recommend({ sessions, minutes, rating, preferredEnvironment, hours }: Facts): Recommendation[] {
  if (sessions === 0) return [];
  const hour = busiestHour(hours);
  const advice: Recommendation[] = [];
  if (minutes < 30 * sessions) advice.push(recommendations["lengthen-sessions"]);
  if (rating.sum < 3 * rating.count || rating.count === 0) advice.push(recommendations["change-method"]);
  if (preferredEnvironment === "home") advice.push(recommendations["leave-home"]);
  if (hour >= 6 && hour <= 10) advice.push(recommendations["keep-mornings"]);
  else if (hour >= 20 && hour <= 23) advice.push(recommendations["study-earlier"]);
  return advice;
}

/** The hour with the most sessions, the earliest on a tie. */
const busiestHour = (hours: readonly number[]): number => hours.indexOf(Math.max(...hours));
