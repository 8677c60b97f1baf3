/** What a cached value is made of: one study session. */
export interface Session {
  /** When it began, seconds since 1970. */
  readonly startTime: number;
  readonly hasEnded: boolean;
  readonly isActive: boolean;
  readonly minutes: number;
  /** 1 to 5, or null. */
  readonly rating: number | null;
  /** Hundredths of the focus score, or null. */
  readonly focus: number | null;
  readonly breaks: number;
  readonly environment: string | null;
  readonly device: string | null;
  readonly subject: string | null;
}

/**
 * Whether a session was productive: at least 25 minutes, rated 3 or better, and efficient, where efficiency = rating / 5 ×
 * focus (0.7 if unknown) × break factor (breaks an hour below 0.5: 0.8; up to 2: 1; more: 0.6) is at least 0.6. In whole
 * numbers: rating × hundredths of focus × tenths of the factor ≥ 3000.
 */
export function isProductive({ minutes, rating, focus, breaks }: Session): boolean {
  if (minutes < 25 || rating === null || rating < 3) return false;
  const factor = breaks * 120 < minutes ? 8 : breaks * 30 > minutes ? 6 : 10;
  return rating * (focus ?? 70) * factor >= 3_000;
}
