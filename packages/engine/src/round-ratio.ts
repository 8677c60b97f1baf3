/**
 * `numerator / denominator` rounded to 2 decimals, half away from zero, and 0 over nothing. Exact for whole numbers below
 * 2^45: the quotient is compared with the rounding boundary before anything is divided.
 */
export function roundRatio(numerator: number, denominator: number): number {
  if (denominator === 0) return 0;
  const sign = numerator < 0 !== denominator < 0 ? -1 : 1;
  const [n, d] = [Math.abs(numerator), Math.abs(denominator)];
  const hundredths = Math.floor((200 * n + d) / (2 * d));
  return hundredths === 0 ? 0 : (sign * hundredths) / 100;
}
